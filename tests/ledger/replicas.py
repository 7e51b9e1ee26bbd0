"""Callers of several services on one PostgreSQL."""

from examples import CALM, RULE, FixedRules, a_party, an_account, shanghai

from strategy.accounts import import_parties
from strategy.decide import PermitRequest, request_permit
from strategy.domain.channel import VOICE, Channel
from strategy.domain.directive import Cap, CapKey
from strategy.domain.outcome import Count, Outcome
from strategy.outcomes import AttemptOutcome, report

NOON = shanghai("2026-03-10 12:00")
ZONE = "Asia/Shanghai"
MOST = 3
RULES = FixedRules(
    (
        Cap(RULE, VOICE, Count.DIALS, CapKey.PARTY, MOST, 1),
        Cap(RULE, VOICE, Count.DIALS, CapKey.ACCOUNT, MOST, 1),
    )
)


def people(ledger, count):
    import_parties(
        ledger, [(a_party(f"P{n}"), (an_account(f"A{n}", f"P{n}"),)) for n in range(count)]
    )


def ask(ledger, request_id, person=0, at=NOON, rules=RULES, **changes):
    body = {
        "account_id": f"A{person}",
        "contact_point_id": f"P{person}-m1",
        "channel": Channel.AGENT_CALL,
        "script": CALM.id,
    } | changes
    return request_permit(ledger, rules, PermitRequest(request_id, **body), at, ZONE)


def dial(ledger, request_id, person=0, **changes):
    """Ask, and tell at once that nobody answered, so that only caps stand in the way."""
    answer = ask(ledger, request_id, person, **changes)
    if answer.permit is not None:
        report(ledger, [AttemptOutcome(answer.permit.id, Outcome.BUSY)], NOON)
    return answer


def dials(ledger, person=0):
    attempts, _ = ledger.read(lambda tx: tx.attempts.of_party(f"P{person}", NOON))
    return len(attempts)
