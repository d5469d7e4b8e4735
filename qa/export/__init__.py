"""What leaves the library: articles, feedback, citations and transcripts, each in a format of others."""
