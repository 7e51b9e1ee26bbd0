"""Protobuf to domain and back, and the server around it. No decision is made here."""
