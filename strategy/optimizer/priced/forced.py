"""Which present touches can stay, and hence how many parties must change."""

from dataclasses import replace

import numpy as np

from strategy.optimizer.priced.columns import columns_of
from strategy.optimizer.priced.factors import Factors
from strategy.optimizer.priced.problem import BookProblem, Bools
from strategy.optimizer.priced.resources import Resources
from strategy.optimizer.priced.rounding import Whole


def stays(problem: BookProblem, book: Factors) -> Bools:
    """Of each party whether it can keep its present touch, together with all others that can.

    Not what rules or caps have closed; where capacities have shrunk, those leave first who use
    most, so that few must.
    """
    present = problem.present
    if present is None:
        return np.zeros(problem.parties, np.bool_)
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
    resources = Resources.of(replace(problem, present=None))
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
    kept = np.zeros(problem.parties, np.bool_)
    kept[party[whole.chosen >= 0]] = True
    return kept
