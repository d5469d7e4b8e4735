"""Serving the chat: who may reach it, what each may send, and its start and end."""
