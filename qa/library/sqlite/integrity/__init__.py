"""Is everything as it was stored? Checks of rows as they are read, and digests that the health check compares."""
