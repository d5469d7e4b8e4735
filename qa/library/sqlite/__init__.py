"""The default library: one folder with a SQLite file, and a FAISS index as a cache of its vectors."""
