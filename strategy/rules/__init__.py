"""Rule files to rulebook. Pure: text comes in, and no rule engine is on the request path."""
