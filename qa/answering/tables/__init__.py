"""Rows of tables and forms: how they are read, and which of them a question asks about."""
