"""The commands that ask, and who answers them."""
