"""The server that holds a library: its address, and connections to it."""
