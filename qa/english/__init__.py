"""Rules and word lists for English: words, tokens, noun phrases, verbs, clauses and sentences."""
