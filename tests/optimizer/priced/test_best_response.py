"""One pass against the definition: every option tried, in plain Python."""

import dataclasses

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_books import options_of_party, random_book

from strategy.optimizer.priced.best_response import respond
from strategy.optimizer.priced.factors import factors
from strategy.optimizer.priced.resources import Resources, tables


def asked(book, prices):
    resources = Resources.of(book)
    every = np.arange(book.parties, dtype=np.int32)
    return respond(factors(book), tables(book, resources, prices), every, resources.rows)


def net(book, option, prices):
    charged = zip(Resources.of(book).names(book), prices, strict=True)
    return option.value - sum(option.use.get(key, 0) * price for key, price in charged)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([0.0, 20.0, 300.0]))
def test_each_party_gets_the_best_of_all_its_options(seed, scale):
    rng = np.random.default_rng(seed)
    book = random_book(rng, periods=int(rng.integers(1, 4)))
    prices = rng.uniform(0, scale, len(Resources.of(book).limited))
    answer = asked(book, prices)

    used = np.zeros(Resources.of(book).rows)
    for party in range(book.parties):
        options = options_of_party(book, party)
        nets = [net(book, option, prices) for option in options]
        assert answer.net[party] == pytest.approx(max([0.0, *nets]), abs=2e-3)
        if answer.account[party] >= 0:
            (took,) = (
                (option, value)
                for option, value in zip(options, nets, strict=True)
                if option.account == answer.account[party]
                and option.channel * book.slots + option.slot == answer.cell[party]
                and option.script == answer.script[party]
            )
            assert took[1] == pytest.approx(answer.net[party], abs=2e-3)
            for row, key in enumerate(Resources.of(no_limits(book)).names(no_limits(book))):
                used[row] += took[0].use.get(key, 0)
    assert answer.use == pytest.approx(used)
    assert answer.net_cents == pytest.approx(answer.net.astype(float).sum())


def no_limits(book):
    """The same rows, all of them limited so that each has a name."""
    capacity = {
        field.name: np.zeros_like(getattr(book.capacity, field.name))
        for field in dataclasses.fields(book.capacity)
    }
    capacity |= {"money": 0.0, "complaints": 0.0}
    return dataclasses.replace(book, capacity=dataclasses.replace(book.capacity, **capacity))


def test_one_and_two_threads_answer_the_same_to_the_last_bit():
    book = random_book(np.random.default_rng(5), parties=700)
    prices = np.full(len(Resources.of(book).limited), 3.0)
    answers = []
    for threads in (1, numba.config.NUMBA_NUM_THREADS):
        numba.set_num_threads(threads)
        answers.append(asked(book, prices))

    one, more = answers
    assert one.net_cents == more.net_cents
    for name in ("account", "cell", "script", "net", "use"):
        assert np.array_equal(getattr(one, name), getattr(more, name))
