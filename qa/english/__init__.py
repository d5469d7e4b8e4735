"""What is known of English: words, tokens, noun phrases, verbs, clauses and sentences."""
