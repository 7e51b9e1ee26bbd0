"""Decides before every contact: whether, when, through which channel, with which script."""
