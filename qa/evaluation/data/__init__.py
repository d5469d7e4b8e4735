"""Questions with known answers, and the articles that they are asked of."""
