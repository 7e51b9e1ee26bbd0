"""Load tests of the decision path. `make loadtest` is the short one."""
