"""Pages and pictures of a plan, for people."""
