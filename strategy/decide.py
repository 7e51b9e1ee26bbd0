"""May this attempt be made now, and what should be done now for this account."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from strategy.best_now import LEAST_CENTS, BestNow
from strategy.case_file import CaseFile, judged
from strategy.domain.attempt import Proposal, Purpose
from strategy.domain.contact_plan import Assignment
from strategy.domain.decision_record import Asked, DecisionRecord, Grounds
from strategy.domain.decision_request import DecideRequest, PermitRequest
from strategy.domain.later_touch import not_known, touches_over
from strategy.domain.permit import Answer, Permit
from strategy.domain.plan_terms import PlanTerms
from strategy.domain.reason import Reason
from strategy.domain.room import Basis, Taken, Use
from strategy.domain.script import EVERYTHING
from strategy.eligibility import script_reasons
from strategy.errors import NotFound
from strategy.grounds import read_grounds
from strategy.ledger.ledger import MOST_IN_A_BATCH, Keys, Ledger, Work
from strategy.ledger.transaction import Transaction
from strategy.limits import check
from strategy.priced_options import use_of
from strategy.repeat import claim
from strategy.rules.rulebook import Rulebook

LEASE = timedelta(seconds=60)
"""How long a permit may be used; shorter where a ban begins sooner (policy)."""

CLOCK_TOLERANCE = timedelta(seconds=5)
"""Callers' clocks may lag the ledger by this much; the ledger's instant then counts (policy)."""


def request_permit(
    ledger: Ledger, rulebook: Rulebook, request: PermitRequest, now: datetime, zone: str
) -> Answer:
    """A permit, or every reason why not. Durable when it returns.

    `now` is a UTC instant, `zone` the lender's. Raises `NotFound` for an unknown account or
    contact point, `Conflict` for a reused request id, `LedgerUnavailable`.
    """

    return _one(answer_each(ledger, rulebook, (request,), now, zone))


def decide(
    ledger: Ledger, rulebook: Rulebook, request: DecideRequest, now: datetime, zone: str
) -> Answer:
    """The planned treatment with a permit if it is due and allowed; otherwise the best allowed one
    at the plan's prices, where the present slot has room for it; otherwise wait, and why.

    Raises as `request_permit`.
    """

    return _one(answer_each(ledger, rulebook, (request,), now, zone))


def _one(answers: list[Answer | Exception]) -> Answer:
    (answer,) = answers
    if isinstance(answer, Exception):
        raise answer
    return answer


def answer_each(
    ledger: Ledger,
    rulebook: Rulebook,
    requests: Sequence[PermitRequest | DecideRequest],
    now: datetime,
    zone: str,
) -> list[Answer | Exception]:
    """As `request_permit` or `decide` for each request, in their order. Many are written in pieces,
    so that others need not wait for all; each piece has one fsync, and all are durable at the end.

    What one request raises stands in its place and spoils no other. Raises `LedgerUnavailable`;
    then some may be stored, and the same requests again get the same answers.
    """

    def asked(request: PermitRequest | DecideRequest) -> Work[Answer]:
        return lambda tx: _answer(tx, rulebook, request, now, zone)

    answers: list[Answer | Exception] = []
    for start in range(0, len(requests), MOST_IN_A_BATCH):
        piece = requests[start : start + MOST_IN_A_BATCH]
        answers += ledger.write_each([asked(one) for one in piece], [_keys(one) for one in piece])
    return answers


def settle(
    request: PermitRequest | DecideRequest,
    decision_id: str,
    rulebook: Rulebook,
    grounds: Grounds,
    terms: PlanTerms | None,
) -> DecisionRecord:
    """Decide from these grounds, the rules and the plan's terms, and nothing else: pure, so that a
    record can be decided again. `terms` None: no plan, or one whose capacity is not counted.

    Raises `NotFound` for an unknown contact point.
    """
    asking = _Asking(request, decision_id, rulebook, grounds, terms)
    if isinstance(request, PermitRequest):
        return asking.record(Asked.PERMIT, asking.requested(request))
    return asking.record(Asked.DECIDE, asking.treatment(request))


def _keys(request: PermitRequest | DecideRequest) -> Keys:
    what_to_do = isinstance(request, DecideRequest)
    return Keys(accounts=(request.account_id,), requests=(request.request_id,), room=what_to_do)


def _answer(
    tx: Transaction,
    rulebook: Rulebook,
    request: PermitRequest | DecideRequest,
    now: datetime,
    zone: str,
) -> Answer:
    claimed = claim(tx, request.request_id, request, now)
    if not claimed.new:
        return tx.decisions.get(claimed.answer_id).answer
    party_id = request.party_id if isinstance(request, PermitRequest) else ""
    what_to_do = isinstance(request, DecideRequest)
    grounds, terms = read_grounds(tx, request.account_id, party_id, what_to_do, now, zone)
    record = settle(request, claimed.answer_id, rulebook, grounds, terms)
    claimed.keep(tx)  # nothing above writes, and nothing below refuses
    permit, taken = record.answer.permit, record.answer.taken
    if permit is not None:
        tx.attempts.reserve(permit)
        if taken is not None and terms is not None and grounds.plan_id is not None:
            tx.plan_use.take(grounds.plan_id, permit, taken, terms.robots)
    tx.decisions.add(record, grounds.party.id)
    tx.decisions.advance(record.at)
    return record.answer


class _Asking:
    """One request being decided."""

    def __init__(
        self,
        request: PermitRequest | DecideRequest,
        decision_id: str,
        rulebook: Rulebook,
        grounds: Grounds,
        terms: PlanTerms | None,
    ) -> None:
        now, last = grounds.now, grounds.last
        self._clock_behind = last if last - now > CLOCK_TOLERANCE else None
        self._rulebook, self._request, self._grounds = rulebook, request, grounds
        self._decision_id, self._terms = decision_id, terms
        self._now = max(now, last)
        self._file: CaseFile = judged(
            rulebook, grounds.account, grounds.party, grounds.history, self._now, grounds.zone
        )

    def requested(self, request: PermitRequest) -> Answer:
        """The attempt that the caller asks for. The plan does not refuse it, but what it takes of
        the plan's capacity is counted."""
        answer = self.permit(request)
        permit, terms = answer.permit, self._terms
        if permit is None or terms is None or request.purpose is not Purpose.COLLECTION:
            return answer
        place = terms.place_at(self._now)
        if place is None or permit.channel not in terms.capacity.attempts:
            return answer
        point = self._file.party.contact_point(permit.contact_point_id)
        assert point is not None, "a permit is for a contact point of the party"
        use = use_of(
            self._file.account,
            self._file.case,
            terms.capacity.slots,
            place,
            permit.channel,
            point,
            self._rulebook.scripts[permit.script],
            self._grounds.zone,
        )
        taken = Taken(Basis.REQUEST, terms.capacity.slots[place].start, use)
        return replace(answer, taken=taken)

    def permit(self, request: PermitRequest) -> Answer:
        """Check every limit at this instant; a permit if none blocks."""
        point = self._file.party.contact_point(request.contact_point_id)
        if point is None:
            raise NotFound(
                f"party `{self._file.party.id}` has no contact point `{request.contact_point_id}`"
            )
        if self._clock_behind is not None:
            return self._wait("clock_behind", "the clock is behind the ledger", self._clock_behind)
        scripts, language = self._rulebook.scripts, self._file.party.language
        script = scripts.get(request.script)
        proposal = Proposal(
            request.account_id,
            point,
            request.channel,
            self._now,
            script=request.script,
            purpose=request.purpose,
            agency=request.agency,
            mentions=EVERYTHING if script is None else script.mentions,
        )
        unfit = script_reasons(request.script, scripts, request.channel, language)
        against, again = check.why_and_when(proposal, self._file.case)
        if unfit or against:
            reasons = (*unfit, *against)
            return Answer(self._decision_id, None, reasons, None if unfit else again)
        permit = Permit(
            id="p" + self._decision_id[1:],
            account_id=request.account_id,
            party_id=self._file.party.id,
            contact_point_id=point.id,
            channel=request.channel,
            script=request.script,
            granted_at=self._now,
            expires_at=check.open_until(proposal, self._file.case, self._now + LEASE),
            purpose=request.purpose,
            agency=request.agency,
        )
        return Answer(self._decision_id, permit)

    def treatment(self, request: DecideRequest) -> Answer:
        """The planned treatment, if its time has come and it is allowed; otherwise the best one."""
        if self._grounds.plan_id is None:
            return self._wait("no_plan", "no plan is active", None)
        planned = self._grounds.planned
        if planned is None:
            return self._otherwise(
                request, Reason("not_planned", "the plan leaves this account alone")
            )
        if planned.touch > 1 and (ended := touches_over(self._file.case.history, self._day)):
            return self._waits(ended)
        over = self._now >= planned.slot.end
        if request.channels and planned.channel not in request.channels:
            by = Reason("not_planned", f"the plan contacts this account by `{planned.channel}`")
            return self._otherwise(request, by) if over else self._waits(by)
        if self._now < planned.slot.start:
            when = f"{planned.slot.start:%Y-%m-%d %H:%M} UTC"
            return self._wait("not_yet", f"planned for {when}", planned.slot.start)
        if over:
            return self._otherwise(request, Reason("slot_over", "the planned slot is over"))
        if self._already_tried(planned):
            return self._wait("already_done", "the planned attempt was already made", None)
        if planned.touch > 1 and (why := not_known(self._file.case.history, self._day)):
            return self._waits(why)
        return self._planned(request, planned)

    def _planned(self, request: DecideRequest, planned: Assignment) -> Answer:
        """What is planned for now; otherwise the best treatment at the prices."""
        terms, room = self._terms, self._grounds.room
        taken = None
        if terms is not None and room is not None:
            robot = terms.robots.get(planned.script, "")
            use = Use(planned.channel, robot, 1, planned.cost_cents, planned.complaint_micro)
            if lacking := room.lacking(use, planned=True):
                full = ", ".join(f"`{row.of}`" for row in lacking)
                why = f"others took what was planned for this account: {full}"
                return self._otherwise(request, Reason("no_room", why, until=planned.slot.end))
            paid = terms.prices.parts(
                planned.channel,
                terms.capacity.slots.index(planned.slot),
                robot,
                planned.complaint_micro,
                planned.cost_cents,
            )
            price = sum(paid.values())
            taken = Taken(Basis.PLAN, planned.slot.start, use, planned.value_cents, price)
        answer = self.permit(
            PermitRequest(
                request.request_id,
                request.account_id,
                planned.contact_point_id,
                planned.channel,
                planned.script,
                agency=request.agency,
            )
        )
        if answer.permit is not None:
            return replace(answer, taken=taken)
        return answer if terms is None else self._otherwise(request, *answer.reasons)

    def _otherwise(self, request: DecideRequest, *reasons: Reason) -> Answer:
        """The best allowed treatment at the plan's prices, unless a later slot is better for it;
        `reasons` are against what was planned."""
        terms = self._terms
        if terms is None:
            return self._waits(*reasons)
        if self._clock_behind is not None:
            return self._wait("clock_behind", "the clock is behind the ledger", self._clock_behind)
        if (spent := self._spent(terms)) is not None:
            return self._waits(*reasons, spent)
        best = BestNow(
            self._file,
            self._rulebook,
            terms,
            self._grounds.room,
            request.channels,
            self._now,
            self._grounds.zone,
        )
        refused: list[Reason] = []
        tried = set()
        for candidate in best.candidates():
            option, alike = candidate.option, (candidate.option.channel, candidate.script.mentions)
            if (later := best.later(option.surplus_cents)) is not None:
                return self._better_later(later.slot.start, *reasons)
            if alike in tried:  # what refused one of them refuses all
                continue
            tried.add(alike)
            answer = self.permit(
                PermitRequest(
                    request.request_id,
                    request.account_id,
                    candidate.point.id,
                    option.channel,
                    option.script,
                    agency=request.agency,
                )
            )
            if answer.permit is not None:
                value, price = int(option.value_cents), option.price_cents
                taken = Taken(Basis.PRICES, option.slot.start, option.use, value, price)
                return replace(answer, taken=taken)
            refused.extend(answer.reasons)
        if (later := best.later(LEAST_CENTS)) is not None:
            return self._better_later(later.slot.start, *reasons, *best.why_not(), *refused)
        found = (*reasons, *best.why_not(), *refused)
        return Answer(self._decision_id, None, tuple(dict.fromkeys(found)), best.next_at)

    @property
    def _day(self) -> datetime:
        """The UTC instant at which the plan's day begins."""
        assert self._terms is not None, "a plan of several touches keeps its terms"
        return self._terms.capacity.slots[0].start

    def _spent(self, terms: PlanTerms) -> Reason | None:
        """Why the plan has nothing more for this account: its day, or its touches, are over, or
        the person was reached."""
        slots, account_id = terms.capacity.slots, self._grounds.account.id
        if self._now >= slots[-1].end:
            return Reason("plan_over", "the day of the active plan is over")
        today = [a for a in self._file.case.history.attempts if a.at >= slots[0].start]
        if any(a.account_id == account_id for a in today):
            return Reason("already_done", "this account was contacted on the day of the plan")
        most, others = terms.capacity.touches_per_party, self._grounds.others_to_come
        if len(today) + others >= most:
            what = f"of {most} contacts with this person, {len(today)} were made"
            return Reason("touches_spent", f"{what} and {others} are planned for other accounts")
        history = self._file.case.history
        if not today:  # what is offered is the first contact of the day, not one after it
            return None
        return touches_over(history, self._day) or not_known(history, self._day)

    def _better_later(self, at: datetime, *reasons: Reason) -> Answer:
        why = f"at the plan's prices it is worth most at {at:%Y-%m-%d %H:%M} UTC"
        found = (*reasons, Reason("better_later", why, until=at))
        return Answer(self._decision_id, None, tuple(dict.fromkeys(found)), at)

    def record(self, kind: Asked, answer: Answer) -> DecisionRecord:
        """What was decided and what it was decided on."""
        asked = {
            name: ",".join(sorted(value)) if isinstance(value, frozenset) else str(value)
            for name in self._request.__dataclass_fields__
            if (value := getattr(self._request, name)) is not None
        }
        return DecisionRecord(
            decision_id=self._decision_id,
            at=self._now,
            asked=asked,
            rulebook_hash=self._rulebook.hash,
            plan_id=self._grounds.plan_id,
            facts=self._file.facts,
            fired=self._file.case.verdict.fired,
            answer=answer,
            kind=kind,
            grounds=self._grounds,
        )

    def _waits(self, *reasons: Reason) -> Answer:
        return Answer(self._decision_id, None, reasons)

    def _wait(self, code: str, message: str, until: datetime | None) -> Answer:
        reason = Reason(code, message, until=until)
        return Answer(self._decision_id, None, (reason,), until)

    def _already_tried(self, planned: Assignment) -> bool:
        return any(
            a.account_id == planned.account_id and a.at >= planned.slot.start
            for a in self._file.case.history.attempts
        )
