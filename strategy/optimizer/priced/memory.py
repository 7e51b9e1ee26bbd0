"""How much memory a plan takes, told before any of it is taken."""

BASE = 350 << 20
"""Bytes of the libraries, of compiled kernels and of the columns of a sample."""

EACH = 1_000
"""Bytes of an account for each touch that is planned: its answers and near-best columns."""


def bytes_to_plan(accounts: int, channels: int, slots: int, scripts: int, touches: int = 1) -> int:
    """Bytes of the book (a contact chance a channel and slot, a gain a script) and of planning it.

    Measured peaks lie below: most parties have one option near their best, and the estimate
    allows about twice what they took.
    """
    return BASE + accounts * (4 * (channels * slots + scripts) + EACH * touches)


def refuse_above(most: float, needed: int, accounts: int) -> None:
    """Raises `MemoryError` where `needed` bytes are more than `most`."""
    if needed > most:
        raise MemoryError(
            f"planning {accounts:,} accounts takes about {needed / 1e9:.1f} GB and "
            f"{most / 1e9:.1f} GB are allowed: allow more, plan part of the book, or fewer scripts"
        )
