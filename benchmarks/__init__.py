"""Measurements of speed, memory, scale and safety. Each is a module to run; each says what it needs."""
