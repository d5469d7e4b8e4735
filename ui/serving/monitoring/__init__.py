"""What operators ask a running server: whether it works, and how much it does."""
