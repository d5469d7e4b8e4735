"""The modes of evaluation, one module each."""
