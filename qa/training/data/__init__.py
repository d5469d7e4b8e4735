"""Training data: loads questions, mixes them, makes unanswerable ones, and packs all into batches."""
