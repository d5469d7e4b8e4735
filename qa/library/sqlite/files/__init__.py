"""The files in a library's folder: the database file as a whole, and the lock."""
