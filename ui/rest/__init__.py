"""The REST API: plain HTTP requests under ``/v1``, on the same server as the chat."""
