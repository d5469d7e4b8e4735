"""Records and tables in files of their own: how a file writes its cells, and how it nests its fields."""
