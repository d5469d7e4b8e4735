"""The FAISS index of a library on SQLite: a cache of its vectors, in memory and on disk."""
