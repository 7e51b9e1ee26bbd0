"""One file per limit. A limit evaluates directives against the clock and the history; pure."""
