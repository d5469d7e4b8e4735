"""How the networks are run: packed batches, int8, threads that share a network, and where weights come from."""
