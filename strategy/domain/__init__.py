"""The nouns. Pure: no clock, no chance, no input or output."""
