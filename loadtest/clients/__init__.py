"""The clients of the service, one file each, and a client that only wants an echo."""
