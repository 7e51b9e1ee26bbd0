"""A book and its capacities in the form the compiled loops of the peers take."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from strategy.optimizer.priced.problem import BookProblem, Capacity

UNIT = 10**9
UNLIMITED = 2**62
KINDS = ("minutes", "script_period", "script_day", "channel_day", "money", "complaints")


class Flat(NamedTuple):
    """As in `BookProblem`. `at` holds where the rows of each of `KINDS` begin, and their number."""

    first_account: NDArray[np.int32]
    first_script: NDArray[np.int32]
    first_slot: NDArray[np.int32]
    contact: NDArray[np.float32]
    gain: NDArray[np.float32]
    complaint: NDArray[np.float32]
    tone: NDArray[np.float32]
    try_minutes: NDArray[np.float64]
    contact_minutes: NDArray[np.float64]
    try_cents: NDArray[np.float64]
    contact_cents: NDArray[np.float64]
    complaint_cents: float
    touches_left: NDArray[np.int8]
    channel_left: NDArray[np.int8]
    open_from: NDArray[np.int16]
    at: NDArray[np.int64]


def flat(book: BookProblem) -> Flat:
    at = np.cumsum([0, *(part.size for part in _parts(book.capacity))])
    arrays = {name: getattr(book, name) for name in Flat._fields if name != "at"}
    arrays["complaint_cents"] = float(book.complaint_cents)
    return Flat(**arrays, at=at)


def rows_of(capacity: Capacity) -> NDArray[np.float64]:
    """Every capacity in one array, kind after kind."""
    return np.concatenate([part.ravel() for part in _parts(capacity)])


def whole_units(capacity: Capacity) -> NDArray[np.int64]:
    """The same in whole billionths, rounded down."""
    rows = rows_of(capacity)
    return np.where(
        np.isfinite(rows), np.minimum(np.floor(rows * UNIT), UNLIMITED), UNLIMITED
    ).astype(np.int64)


def _parts(capacity: Capacity) -> list[NDArray[np.float64]]:
    return [np.atleast_1d(np.asarray(getattr(capacity, kind), np.float64)) for kind in KINDS]
