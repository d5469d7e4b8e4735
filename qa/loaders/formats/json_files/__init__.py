"""JSON and JSON Lines. A file with the suffix of the one may hold the other, so both read ``json_records``."""
