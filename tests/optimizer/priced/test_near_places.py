"""What could take a place in a party's best sequence, against all its sequences."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_several_touches import sequences, small, worth_and_use

from strategy.optimizer.priced.market import Market

WINDOW = 0.3


def net_of(sequence, price):
    value, use = worth_and_use(sequence)
    return value - sum(use.get(key, 0) * p for key, p in price.items())


def key_of(option):
    return option.account, option.channel, option.slot, option.script


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([2, 3]), st.sampled_from([0.0, 30.0]))
def test_every_touch_near_the_best_at_its_place_nets_and_uses_what_it_adds(seed, touches, scale):
    rng, book = small(seed, touches)
    market = Market.of(book)
    names = market.resources.names(book)
    prices = rng.uniform(0, scale, len(names))
    price = dict(zip(names, prices, strict=True))
    near = market.near_places(prices, np.zeros(1, np.int32), WINDOW, 100)
    every = sequences(book, 0)
    best = max(every, key=lambda sequence: net_of(sequence, price))
    most = net_of(best, price)
    assert near.net_cents == pytest.approx(most, rel=1e-5, abs=5e-3)

    places = [*near.place.tolist(), *sorted(set(range(len(best))) - set(near.place.tolist()))]
    groups = [(c, g) for c in (near.open, near.settled) for g in range(len(c.party))]
    assert len(groups) == len(places) == len(best)
    least = most - WINDOW * float(near.scale[0])
    nets = [{} for _ in best]
    for sequence in every:
        for place in range(min(len(best), len(sequence))):
            if sequence[:place] == best[:place]:
                key = key_of(sequence[place])
                nets[place][key] = max(nets[place].get(key, -np.inf), net_of(sequence, price))
    for place, (columns, group) in zip(places, groups, strict=True):
        start, end = columns.first[group], columns.first[group + 1]
        found = {
            (
                int(columns.account[k, 0]),
                int(columns.cell[k, 0]) // book.slots,
                int(columns.cell[k, 0]) % book.slots,
                int(columns.script[k, 0]),
            ): k
            for k in range(start, end)
        }
        without = net_of(best[:place] + best[place + 1 :], price)
        share = np.prod([1 - option.chance for option in best[:place]])
        option_of = {key_of(s[place]): s[place] for s in every if len(s) > place}
        for key, net in nets[place].items():
            if net > least + 0.01 and net_of((option_of[key],), price) > 0.01:
                assert key in found
        for key, k in found.items():
            uses = slice(columns.use_first[k], columns.use_first[k + 1])
            rows = [names[r] for r in columns.use_row[uses]]
            used = dict(zip(rows, columns.use_amount[uses].tolist(), strict=True))
            expected = {r: share * a for r, a in option_of[key].use.items() if r in price and a > 0}
            assert used == pytest.approx(expected, rel=1e-5)
            net = columns.value[k] - sum(price[r] * a for r, a in used.items())
            assert net == pytest.approx(nets[place][key] - without, rel=1e-4, abs=0.02)
