"""What commands take from where they run: the config file, variables, and the places of libraries."""
