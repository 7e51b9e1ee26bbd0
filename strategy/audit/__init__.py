"""What auditors ask of the ledger: is it whole, what was decided, would it be decided again."""
