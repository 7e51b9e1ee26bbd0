"""
StrategyError
├── InputError             a file or message is wrong; says where and how to mend it
│   └── RuleError          rule files do not compile; carries every Diagnostic
├── NotFound               an id nobody knows
├── Conflict               the same request id with another body
├── WrongState             a permit, account or plan is not in a state that allows this
│   └── PlanChanged        another plan came into force under a list of work
├── Stopped                a plan was stopped before there was any
├── PublicationRefused     the proof of a rulebook failed; the previous one stays in force
└── LedgerUnavailable      the ledger cannot be read or written

Refusals and infeasible plans are answers, not errors.
"""


class StrategyError(Exception):
    """Root of everything this service raises on purpose."""


class InputError(StrategyError):
    """A file or message is wrong. `field` names the place."""

    def __init__(self, field: str, what: str) -> None:
        super().__init__(f"{field}: {what}")
        self.field = field
        self.what = what


class NotFound(StrategyError):
    """An id nobody knows."""


class Conflict(StrategyError):
    """The same request id came with another body."""


class WrongState(StrategyError):
    """A permit, account or plan is not in a state that allows this."""


class PlanChanged(WrongState):
    """Another plan came into force under a list of work."""


class Stopped(StrategyError):
    """A plan was stopped before there was any."""


class PlanFailed(StrategyError):
    """The process that makes a plan did not make it."""


class PublicationRefused(StrategyError):
    """The proof of a rulebook failed; the previous one stays in force."""


class LedgerUnavailable(StrategyError):
    """The ledger cannot be read or written."""


class BeyondKeys(Exception):
    """Some work needs rows that its keys do not name; the ledger then runs it again, alone."""
