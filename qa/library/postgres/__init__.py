"""The library on a PostgreSQL server with the extension pgvector."""
