"""Inference: packed batches, int8, batching of the requests of several threads, and loading of weights."""
