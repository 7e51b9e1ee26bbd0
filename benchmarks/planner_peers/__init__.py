"""The planner and its peers on the same synthetic books: what `benchmarks/planner.py` runs."""
