"""What PDFium extracts of a PDF: words with their places, rules, fields and outlines."""
