"""What the formats of Office share, its presentations and its spreadsheets."""
