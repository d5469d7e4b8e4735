"""The daemon: a background process that has the models loaded, so that ``quotewell ask`` answers at once."""
