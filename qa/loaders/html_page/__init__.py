"""The article of a web page: which elements it consists of, and who wrote it when."""
