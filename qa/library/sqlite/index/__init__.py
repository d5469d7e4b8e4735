"""The FAISS index of a library on SQLite: a cache of its vectors, kept in step with them and on disk."""
