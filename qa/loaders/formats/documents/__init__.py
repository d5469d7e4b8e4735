"""Text documents: DOCX and RTF."""
