"""The arrays of a problem in the form the compiled kernels take."""

from typing import NamedTuple

import numpy as np

from strategy.optimizer.priced.problem import (
    BookProblem,
    Float32s,
    Floats,
    Int8s,
    Int16s,
    Int32s,
)


class Factors(NamedTuple):
    """As in `BookProblem`; `touches_left` is not above the touches planned."""

    first_account: Int32s
    first_script: Int32s
    first_slot: Int32s
    contact: Float32s
    gain: Float32s
    complaint: Float32s
    tone: Float32s
    try_minutes: Floats
    contact_minutes: Floats
    try_cents: Floats
    contact_cents: Floats
    complaint_cents: float
    touches_left: Int8s
    channel_left: Int8s
    open_from: Int16s
    gap: Int16s


def factors(problem: BookProblem) -> Factors:
    """Nothing is copied where arrays lie in memory row by row, as those of a big book should."""
    arrays = {name: getattr(problem, name) for name in Factors._fields if name != "complaint_cents"}
    arrays["touches_left"] = np.minimum(problem.touches_left, problem.touches).astype(np.int8)
    return Factors(
        **{name: np.ascontiguousarray(array) for name, array in arrays.items()},
        complaint_cents=float(problem.complaint_cents),
    )
