"""Which present touches can stay, and hence how many parties must change."""

import numpy as np

from strategy.optimizer.priced.columns import Columns, columns_of, part
from strategy.optimizer.priced.factors import Factors
from strategy.optimizer.priced.problem import BookProblem
from strategy.optimizer.priced.resources import Resources
from strategy.optimizer.priced.rounding import Whole


def staying(problem: BookProblem, book: Factors) -> Columns | None:
    """The present touches that can stay, all of them together, one a group; None if nobody counts
    changes.

    Not what rules or caps have closed; where capacities have shrunk, those leave first who use
    most, so that few must.
    """
    present = problem.present
    if present is None:
        return None
    party = np.flatnonzero(present.account >= 0).astype(np.int32)
    account, channel, slot, script = (
        array[party] for array in (present.account, present.channel, present.slot, present.script)
    )
    allowed = (
        (problem.contact[account, channel, slot] > 0)
        & (problem.gain[account, script] > 0)
        & (problem.touches_left[party] > 0)
        & (problem.channel_left[party, channel] > 0)
        & (slot >= problem.open_from[party])
    )
    party = party[allowed]
    resources = Resources.of(problem, forced=problem.parties)
    columns = columns_of(
        book,
        resources,
        party,
        np.ones(len(party), np.int32),
        present.account[party, None],
        (present.channel[party] * problem.slots + present.slot[party]).astype(np.int16)[:, None],
        present.script[party, None],
    )
    whole = Whole.of(resources, columns, np.arange(len(party)))
    whole.evict(np.ones(len(party)))
    return part(columns, whole.chosen >= 0)
