"""Small random books, and what their options are worth and use, written from the definition."""

import dataclasses
import itertools
import math

import numpy as np

from strategy.optimizer.priced.problem import BookProblem, Capacity


def random_book(
    rng, parties=3, channels=3, slots=4, scripts=5, periods=2, touches=1, room=1.0, most=2, robots=0
):
    """Every kind of limit, caps and gaps; `room` times what the parties could ask for."""
    sizes = rng.integers(1, most + 1, parties)
    a = int(sizes.sum())
    cuts = np.sort(rng.choice(np.arange(1, scripts), channels - 1, replace=False))
    halves = np.sort(rng.choice(np.arange(1, slots), periods - 1, replace=False))
    contact = rng.uniform(0.05, 0.9, (a, channels, slots)) * (
        rng.random((a, channels, slots)) < 0.8
    )
    gain = rng.uniform(100, 3000, (a, scripts)) * (rng.random((a, scripts)) < 0.8)

    def limit(shape, most):
        limits = np.ceil(rng.uniform(0, most, shape) * room)
        return np.where(rng.random(shape) < 0.5, limits, np.inf)

    return BookProblem(
        first_account=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32),
        first_script=np.array([0, *cuts, scripts], np.int32),
        first_slot=np.array([0, *halves, slots], np.int32),
        contact=contact.astype(np.float32),
        gain=gain.astype(np.float32),
        complaint=rng.uniform(0, 0.01, a).astype(np.float32),
        tone=rng.uniform(0.5, 2, scripts).astype(np.float32),
        try_minutes=rng.uniform(0.5, 1.5, channels),
        contact_minutes=rng.uniform(0, 4, channels),
        try_cents=rng.uniform(0, 50, channels),
        contact_cents=rng.uniform(0, 100, channels),
        complaint_cents=2000.0,
        capacity=Capacity(
            minutes=limit((channels, slots), 5),
            script_period=limit((robots or scripts, periods), 2),
            script_day=limit(scripts, 2),
            channel_day=limit(channels, 3),
            money=float(rng.choice([np.inf, 60 * parties])) * room,
            complaints=float(rng.choice([np.inf, 0.004 * parties])) * room,
        ),
        touches=touches,
        touches_left=rng.integers(0, touches + 2, parties).astype(np.int8),
        channel_left=rng.integers(0, touches + 2, (parties, channels)).astype(np.int8),
        open_from=(rng.integers(0, slots, parties) * (rng.random(parties) < 0.3)).astype(np.int16),
        gap=rng.integers(1, 3, (channels, channels)).astype(np.int16),
        robot=rng.integers(0, robots, scripts).astype(np.int16) if robots else None,
    )


FREE = {"money": np.inf, "complaints": np.inf}


def one_account_each(gains, **capacity):
    """Parties of one account each; one channel, 2 slots, contact chance 1/2, no costs.

    `gains[p]` cents if reached. A try takes one minute. Unlimited but for what is given.
    """
    parties = len(gains)
    limits = {
        "minutes": np.full((1, 2), np.inf),
        "script_period": np.full((1, 1), np.inf),
        "script_day": np.full(1, np.inf),
        "channel_day": np.full(1, np.inf),
    }
    book = random_book(np.random.default_rng(0), parties, 1, 2, 1, 1, most=1)
    return dataclasses.replace(
        book,
        contact=np.full((parties, 1, 2), 0.5, np.float32),
        gain=np.array(gains, np.float32)[:, None],
        complaint=np.full(parties, 0.5, np.float32),
        tone=np.ones(1, np.float32),
        try_minutes=np.ones(1),
        contact_minutes=np.ones(1),
        try_cents=np.full(1, 10.0),
        contact_cents=np.full(1, 20.0),
        complaint_cents=0.0,
        capacity=Capacity(**(limits | FREE | capacity)),
        touches_left=np.ones(parties, np.int8),
        channel_left=np.ones((parties, 1), np.int8),
        open_from=np.zeros(parties, np.int16),
    )


@dataclasses.dataclass(frozen=True)
class Option:
    """What one touch is worth in cents and uses, by kind and place of the capacity."""

    account: int
    channel: int
    slot: int
    script: int
    chance: float
    value: float
    use: dict


def options_of_party(book, party):
    """Every option the rules and the history leave to a party, for its first touch."""
    options = []
    if min(book.touches_left[party], book.touches) == 0:
        return options
    for a, c, t in itertools.product(
        range(book.first_account[party], book.first_account[party + 1]),
        range(book.channels),
        range(int(book.open_from[party]), book.slots),
    ):
        if book.channel_left[party, c] > 0 and book.contact[a, c, t] > 0:
            options += [
                option_of(book, a, c, t, s)
                for s in range(book.first_script[c], book.first_script[c + 1])
                if book.gain[a, s] > 0
            ]
    return options


def option_of(book, a, c, t, s):
    x = float(book.contact[a, c, t])
    period = max(w for w in range(book.periods) if book.first_slot[w] <= t)
    kind = s if book.robot is None else int(book.robot[s])
    cents = float(book.try_cents[c] + book.contact_cents[c] * x)
    complaints = x * float(book.complaint[a]) * float(book.tone[s])
    use = {
        ("minutes", (c, t)): float(book.try_minutes[c] + book.contact_minutes[c] * x),
        ("script_period", (kind, period)): 1.0,
        ("script_day", (s,)): 1.0,
        ("channel_day", (c,)): 1.0,
        ("money", (0,)): cents,
        ("complaints", (0,)): complaints,
    }
    value = x * float(book.gain[a, s]) - cents - complaints * book.complaint_cents
    return Option(a, c, t, s, x, value, use)


def capacities(book):
    """Capacity by kind and place, those that have a limit."""
    found = {}
    for field in dataclasses.fields(book.capacity):
        array = np.atleast_1d(np.asarray(getattr(book.capacity, field.name)))
        for index in np.ndindex(array.shape):
            if math.isfinite(array[index]):
                found[field.name, index] = float(array[index])
    return found


def best_plan(book):
    """Value of the best plan with at most one touch a party, by trying everything."""
    limits = capacities(book)
    choices = [[None, *options_of_party(book, p)] for p in range(book.parties)]

    def best(party, left):
        if party == len(choices):
            return 0.0
        top = best(party + 1, left)
        for option in choices[party][1:]:
            if option.value <= 0:
                continue
            after = {key: left[key] - use for key, use in option.use.items() if key in left}
            if min(after.values(), default=0) >= 0:
                top = max(top, option.value + best(party + 1, left | after))
        return top

    return best(0, limits)
