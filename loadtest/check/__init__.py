"""An independent checker of a ledger under load: its own SQL, its own counting, its own clock.

Of the product it uses only what rules say (the parsed rules of the rulebook stored in the ledger)
and which of them fired, as each decision recorded. Nothing of `strategy.limits`, `strategy.decide`
or `strategy.ledger`.
"""
