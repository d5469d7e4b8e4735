"""The way of a question: passages are retrieved and read, spans become answers, answers get a confidence."""
