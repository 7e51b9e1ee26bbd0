"""Many requests answered with one fsync: each for itself, in their order."""

from datetime import timedelta

import pytest
from examples import CALM, RULE, FixedRules, a_party, an_account, shanghai

from strategy.accounts import import_parties
from strategy.audit.verify import verify
from strategy.decide import answer_each, request_permit
from strategy.domain.channel import VOICE, Channel
from strategy.domain.decision_request import DecideRequest, PermitRequest
from strategy.domain.directive import Cap, CapKey
from strategy.domain.outcome import Count
from strategy.errors import Conflict, LedgerUnavailable, NotFound
from strategy.ledger.ledger import Keys
from strategy.ledger.opening import ledger_to_read, open_ledger

NOON = shanghai("2026-03-10 12:00")
ZONE = "Asia/Shanghai"
ONE_A_DAY = FixedRules((Cap(RULE, VOICE, Count.DIALS, CapKey.PARTY, 1, 1),))


@pytest.fixture
def ledger(place):
    opened = open_ledger(place)
    import_parties(opened, [(a_party(f"P{n}"), (an_account(f"A{n}", f"P{n}"),)) for n in range(4)])
    yield opened
    opened.close()


def asked(request_id, party, point=None):
    point = point or f"P{party}-m1"
    return PermitRequest(request_id, f"A{party}", point, Channel.AGENT_CALL, CALM.id)


def test_what_is_wrong_with_one_request_stands_in_its_place_and_spoils_no_other(ledger, place):
    request_permit(ledger, ONE_A_DAY, asked("before", 3), NOON, ZONE)
    answers = answer_each(
        ledger,
        ONE_A_DAY,
        [
            asked("r0", 0),
            asked("r1", 1, point="P0-m1"),
            asked("before", 2),
            asked("r2", 404),
            DecideRequest("r3", "A1"),
            asked("r4", 2),
        ],
        NOON,
        ZONE,
    )

    kinds = [type(a) if isinstance(a, Exception) else a.permit is not None for a in answers]
    assert kinds == [True, NotFound, Conflict, NotFound, False, True]
    ledger.close()
    with ledger_to_read(place) as reader:
        found = verify(reader)
    assert (found.entries, found.fault) == (4, None)


def test_a_batch_decides_against_its_own_earlier_grants_and_repeats_its_own_answers(ledger):
    batch = [asked("r0", 0), asked("r1", 0), asked("r0", 0), asked("r2", 1)]
    answers = answer_each(ledger, ONE_A_DAY, batch, NOON, ZONE)
    later = answer_each(ledger, ONE_A_DAY, batch, NOON + timedelta(hours=1), ZONE)

    assert [a.permit is not None for a in answers] == [True, False, True, True]
    assert {r.code for r in answers[1].reasons} == {"open_permit", "frequency_cap"}
    assert answers[2] == answers[0]
    assert later == answers


def test_a_decision_that_writes_and_then_raises_takes_its_whole_batch_with_it(ledger):
    def half_done(tx):
        tx.people.put_party(a_party("P9"))
        raise NotFound("too late")

    works = [lambda tx: tx.people.put_party(a_party("P8")), half_done]
    with pytest.raises(LedgerUnavailable, match="too late"):
        ledger.write_each(works, [Keys(parties=("P8",)), Keys(parties=("P9",))])
    found = ledger.read(lambda tx: (tx.people.party("P8"), tx.people.party("P9")))

    assert found == (None, None)
    assert request_permit(ledger, ONE_A_DAY, asked("r0", 0), NOON, ZONE).permit is not None
