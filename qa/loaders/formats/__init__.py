"""One module per format; ``qa.loaders.registry`` chooses one by the file's suffix."""
