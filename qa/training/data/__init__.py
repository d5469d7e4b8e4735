"""Questions to train on: read, mixed, made unanswerable, and packed into batches."""
