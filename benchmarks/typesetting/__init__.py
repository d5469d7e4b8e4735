"""Invented documents, typeset as PDFs in many layouts, with questions whose answers and pages are known."""
