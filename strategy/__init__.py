"""Decides before every collections contact: whether, when, through which channel, with which script."""
