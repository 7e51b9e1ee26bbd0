"""Load tests of the decision path: `python -m loadtest SCENARIO`. docs/before-a-peak.md."""
