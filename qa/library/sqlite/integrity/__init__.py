"""Integrity checks: of each row when it is read, and of all rows by the digests that the health check compares."""
