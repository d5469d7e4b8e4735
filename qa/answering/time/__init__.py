"""What time a question asks for and passages speak of, and which of an answer's versions fits it."""
