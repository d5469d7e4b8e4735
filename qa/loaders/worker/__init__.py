"""Parse untrusted files in a child process with limits on memory and time.

``pool`` runs in the parent, ``child`` in the worker process; ``frames`` defines the messages between them.
"""
