"""A small day whose plan is written by hand: text messages from 10:00 to 11:00."""

from dataclasses import dataclass, replace

from examples import SHANGHAI, FixedRules, a_party, an_account, shanghai

from strategy.accounts import import_parties
from strategy.decide import decide
from strategy.domain.capacity import Capacity
from strategy.domain.capacity_prices import CapacityPrices
from strategy.domain.channel import Channel
from strategy.domain.contact_plan import Assignment
from strategy.domain.decision_request import DecideRequest
from strategy.domain.plan_record import PlanRecord, PlanState
from strategy.domain.plan_terms import PlanTerms
from strategy.domain.script import Script
from strategy.domain.slot import slots_between
from strategy.ledger.ledger import PLANS

TEN = shanghai("2026-03-10 10:00")
SLOTS = slots_between(TEN, shanghai("2026-03-10 11:00"))
SMS = Script("S-SMS", Channel.SMS, "short", frozenset({"zh"}))
CALL = Script("S-CALL", Channel.AGENT_CALL, "calm", frozenset({"zh"}))
RULES = FixedRules(scripts={s.id: s for s in (SMS, CALL)})

# An account of 200,000 cents overdue for 37 days (mid stage, 0.6), by text at 10:00 (peak, read by
# 0.60): 200,000 * 0.012 * 0.6 * 0.60 = 864.00; less 5 for the message and 0.60 * 2.89 = 1.73 for
# complaints (74 * 0.6 * 1.3 = 57.72 millionths a contact, at 50,000 cents): 857.27, so 857 cents.
WORTH_OF_200_000 = 857
MICRO = 58


@dataclass(frozen=True)
class Day:
    """Limits and prices of one day; `sms` by slot."""

    sms: tuple[int, int] = (2, 2)
    price: tuple[float, float] = (0.0, 0.0)
    calls: tuple[int, int] = (0, 0)
    touches: int = 1
    complaints_micro: int = 10**6
    per_day: int | None = None

    @property
    def terms(self):
        capacity = Capacity(
            SHANGHAI,
            SLOTS,
            {Channel.SMS: self.sms} | ({Channel.AGENT_CALL: self.calls} if any(self.calls) else {}),
            self.complaints_micro,
            self.touches,
            per_day={} if self.per_day is None else {Channel.SMS: self.per_day},
        )
        prices = CapacityPrices({Channel.SMS: self.price, Channel.AGENT_CALL: (0.0, 0.0)})
        return PlanTerms(capacity, prices, {SMS.id: "", CALL.id: ""})


def planned(number, slot=0, script=SMS, **changes):
    """A planned text to person `number` for their own account."""
    made = Assignment(
        f"A{number}",
        f"P{number}",
        f"P{number}-m1",
        script.channel,
        SLOTS[slot],
        script.id,
        WORTH_OF_200_000,
        MICRO,
        5,
    )
    return replace(made, **changes)


def people(ledger, *overdue):
    """Person n owes account n, so many cents overdue."""
    import_parties(
        ledger,
        [
            (a_party(f"P{n}"), (an_account(f"A{n}", f"P{n}", overdue_cents=cents),))
            for n, cents in enumerate(overdue, 1)
        ],
    )


def put_in_force(ledger, day, *assignments, plan_id="plan-1"):
    record = PlanRecord(plan_id, PlanState.ACTIVE, "done", "h")

    def work(tx):
        tx.plans.add(replace(record, state=PlanState.RUNNING), "", TEN)
        tx.plans.activate(record, assignments, day.terms)

    ledger.write(work, PLANS)


def what_now(ledger, number, at=TEN, request_id=None, rules=RULES, **changes):
    request = DecideRequest(request_id or f"r-{number}-{at:%H%M%S}", f"A{number}", **changes)
    return decide(ledger, rules, request, at, SHANGHAI)


def codes(answer):
    return [reason.code for reason in answer.reasons]
