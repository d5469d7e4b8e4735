"""The formats that can be read, a module each. qa.loaders.registry picks one by the suffix of a file."""
