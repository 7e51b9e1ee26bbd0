"""A pass: every party takes its best option at given prices; what they use, what they would pay."""

from dataclasses import dataclass

import numpy as np

from strategy.optimizer.priced.factors import Factors
from strategy.optimizer.priced.kernels.best_of_each_party import best_of_each_party
from strategy.optimizer.priced.kernels.sequences import best_sequence_of_each_party
from strategy.optimizer.priced.problem import Float32s, Floats, Int16s, Int32s
from strategy.optimizer.priced.resources import Tables

CHUNKS = 64
"""Parties are answered in so many chunks whatever the number of threads, and sums of chunks are
added in order: one and two threads give the same numbers to the last bit."""


@dataclass(frozen=True)
class Response:
    """Of each party asked its best touches (parties, touches), -1 for none, and their net cents.

    `use` is the use of all rows of resources, `net_cents` the sum of the nets.
    """

    account: Int32s
    cell: Int16s
    script: Int16s
    net: Float32s
    use: Floats
    net_cents: float


def most_touches(book: Factors) -> int:
    """Touches of the party that may get most of them, at least 1."""
    return max(1, int(book.touches_left.max(initial=1)))


def respond(book: Factors, price: Tables, parties: Int32s, rows: int) -> Response:
    """`parties` are the parties to ask, `rows` the number of rows of resources."""
    n = len(parties)
    touches = most_touches(book)
    account, net = np.empty((n, touches), np.int32), np.empty(n, np.float32)
    cell, script = np.empty((n, touches), np.int16), np.empty((n, touches), np.int16)
    use, total = np.zeros((CHUNKS, rows)), np.zeros(CHUNKS)
    ask = best_of_each_party if touches == 1 else best_sequence_of_each_party
    ask(book, price, parties, account, cell, script, net, use, total)
    return Response(account, cell, script, net, use.sum(axis=0), float(total.sum()))
