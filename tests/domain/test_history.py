"""What was known of a past at an earlier instant."""

from datetime import timedelta

from examples import CALM, FixedRules, a_party, an_account, an_attempt, shanghai

from strategy.accounts import import_parties
from strategy.decide import request_permit
from strategy.domain.channel import Channel
from strategy.domain.decision_request import PermitRequest
from strategy.domain.event import Event, EventKind
from strategy.domain.history import History
from strategy.ledger.sqlite import SqliteLedger
from strategy.outcomes import confirm

NOON = shanghai("2026-03-10 12:00")
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def test_what_came_later_is_left_out_also_of_the_calls_to_others_who_owe_the_account():
    def at(instant):
        return an_attempt(instant), Event(f"e{instant}", "P1", EventKind.DISPUTE, instant)

    (call, said), (late_call, late_said) = at(NOON), at(NOON + SECOND)
    both = (call, late_call)
    known = History(both, (said, late_said), others=both).known_at(NOON)

    assert (known.attempts, known.events, known.others) == ((call,), (said,), (call,))


def test_a_permit_was_open_from_its_grant_on_and_not_before(tmp_path):
    ledger = SqliteLedger.open(str(tmp_path / "ledger"))
    import_parties(ledger, [(a_party(), (an_account(),))])
    asked = PermitRequest("r1", "A1", "P1-m1", Channel.AGENT_CALL, CALM.id)
    permit = request_permit(ledger, FixedRules(), asked, NOON, "Asia/Shanghai").permit

    def open_until(at):
        return ledger.read(lambda tx: tx.history("P1", NOON)).known_at(at).open_until

    reserved = [open_until(NOON + apart) for apart in (-SECOND, timedelta(), 30 * SECOND)]
    confirm(ledger, permit.id, NOON + 40 * SECOND)
    confirmed = [open_until(NOON + apart) for apart in (-SECOND, 30 * SECOND, MINUTE)]
    ledger.close()
    hour = NOON + 40 * SECOND + 60 * MINUTE

    assert reserved == [None, NOON + MINUTE, NOON + MINUTE]
    assert confirmed == [None, hour, hour]


def test_where_nobody_knows_since_when_a_permit_is_open_it_was_open():
    assert History(open_until=NOON).known_at(NOON - MINUTE).open_until == NOON
