"""Two servers on one PostgreSQL share the counters of one plan's capacity."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from days import RULES, TEN, Day, codes, people, planned, put_in_force, what_now
from examples import SHANGHAI

from strategy.decide import DecideRequest, answer_each
from strategy.domain.change import ChangeKind
from strategy.ledger.ledger import PLANS
from strategy.ledger.opening import open_ledger
from strategy.outcomes import release


@pytest.fixture
def replicas(postgres):
    url = postgres.empty()
    opened = [open_ledger(url), open_ledger(url)]
    yield opened
    for one in opened:
        one.close()


def test_what_a_slot_has_room_for_is_given_once_over_both_servers(replicas):
    people(replicas[0], *[200_000] * 16)
    put_in_force(replicas[0], Day(sms=(3, 0)))
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda n: what_now(replicas[n % 2], n), range(1, 17)))

    assert sum(answer.permit is not None for answer in answers) == 3
    refused = [answer for answer in answers if answer.permit is None]
    assert all("no_room" in codes(answer) for answer in refused), codes(refused[0])


def test_what_is_released_on_one_server_is_free_on_the_other(replicas):
    people(replicas[0], 200_000, 200_000)
    put_in_force(replicas[0], Day(sms=(1, 0)))
    permit = what_now(replicas[0], 1).permit
    assert what_now(replicas[1], 2).permit is None
    release(replicas[1], permit.id, TEN)

    assert what_now(replicas[0], 2, TEN + timedelta(seconds=1)).permit is not None


def test_a_batch_counts_what_it_gave_itself_and_what_the_other_server_gave(replicas):
    people(replicas[0], *[200_000] * 4)
    put_in_force(replicas[0], Day(sms=(2, 0)), planned(1))
    assert what_now(replicas[0], 1).permit is not None
    batch = [DecideRequest(f"b{n}", f"A{n}") for n in (2, 3, 4)]
    answers = answer_each(replicas[1], RULES, batch, TEN, SHANGHAI)
    assert [answer.permit is not None for answer in answers] == [True, False, False]


def test_changes_are_numbered_in_the_order_in_which_they_are_committed(replicas):
    def change(n):
        keys = PLANS if n % 3 else None
        kind = ChangeKind.PLAN_ACTIVATED
        replicas[n % 2].write(lambda tx: tx.changes.add(TEN, kind, f"plan-{n}"), keys)
        return replicas[n % 2].read(lambda tx: [c.number for c in tx.changes.after(0, 100)])

    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(change, range(30)))

    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in seen)
