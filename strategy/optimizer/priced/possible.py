"""Options that alone take more than there is are taken out before prices are sought.

They are part of no plan. Left in, small books with tight capacities would look as if they could be
worth far more than they are: a fraction of such an option fits where the whole never does.
"""

import numpy as np

from strategy.optimizer.priced.problem import BookProblem, Float32s, derived


def possible(problem: BookProblem) -> BookProblem:
    """The same problem without them; itself where there are none.

    A later touch counts only as often as it is made, so problems of several touches stay as they
    are.
    """
    if problem.touches > 1:
        return problem
    contact, gain = _contact(problem), _gain(problem)
    if contact is problem.contact and gain is problem.gain:
        return problem
    return derived(problem, contact=contact, gain=gain)


def _contact(problem: BookProblem) -> Float32s:
    """Without the slots in which one try takes more minutes or money than there is; slots that are
    open to nobody stay as they are."""
    capacity, found = problem.capacity, problem.contact
    first = problem.open_from[problem.touches_left > 0].min(initial=problem.slots)
    for c in range(problem.channels):
        limits = [
            (np.full(problem.slots, capacity.money), problem.try_cents, problem.contact_cents),
            (np.full(problem.slots, capacity.channel_day[c]), np.ones(problem.channels), None),
            (capacity.minutes[c], problem.try_minutes, problem.contact_minutes),
        ]
        for limit, by_try, by_contact in limits:
            more = 0.0 if by_contact is None else float(by_contact[c])
            for t in first + np.flatnonzero(limit[first:] < by_try[c] + more):
                over = by_try[c] + more * found[:, c, t].astype(np.float64) > limit[t]
                if (found[over, c, t] > 0).any():
                    found = found.copy() if found is problem.contact else found
                    found[over, c, t] = 0
    return found


def _gain(problem: BookProblem) -> Float32s:
    """Without the scripts that may not be used once."""
    never = problem.capacity.script_day < 1
    if not (problem.gain[:, never] > 0).any():
        return problem.gain
    gain = problem.gain.copy()
    gain[:, never] = 0
    return gain
