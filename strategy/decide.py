"""May this attempt be made now, and what should be done now for this account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from strategy.case_file import CaseFile, judged, people_of
from strategy.domain.attempt import Proposal, Purpose
from strategy.domain.channel import Channel
from strategy.domain.contact_plan import Assignment
from strategy.domain.decision_record import Asked, DecisionRecord, Grounds
from strategy.domain.permit import Answer, Permit
from strategy.domain.reason import Reason
from strategy.domain.script import EVERYTHING
from strategy.eligibility import script_reasons
from strategy.errors import NotFound
from strategy.ledger.sqlite import SqliteLedger, Work
from strategy.ledger.transaction import Transaction
from strategy.limits import check
from strategy.repeat import claim
from strategy.rules.rulebook import Rulebook

LEASE = timedelta(seconds=60)
"""How long a permit may be used; shorter where a ban begins sooner (policy)."""

CLOCK_TOLERANCE = timedelta(seconds=5)
"""Callers' clocks may lag the ledger by this much; the ledger's instant then counts (policy)."""


@dataclass(frozen=True, slots=True)
class PermitRequest:
    """May this very attempt be made? `agency` is the firm that would make it; empty: the lender.
    `party_id` is who would be contacted; empty: the account's own party."""

    request_id: str
    account_id: str
    contact_point_id: str
    channel: Channel
    script: str
    purpose: Purpose = Purpose.COLLECTION
    agency: str = ""
    party_id: str = ""


@dataclass(frozen=True, slots=True)
class DecideRequest:
    """What should happen now for this account, over these channels (empty: any)? Plans contact the
    account's own party only; others who owe it are asked for with a `PermitRequest`."""

    request_id: str
    account_id: str
    channels: frozenset[Channel] = frozenset()
    agency: str = ""


def request_permit(
    ledger: SqliteLedger, rulebook: Rulebook, request: PermitRequest, now: datetime, zone: str
) -> Answer:
    """A permit, or every reason why not. Durable when it returns.

    `now` is a UTC instant, `zone` the lender's. Raises `NotFound` for an unknown account or
    contact point, `Conflict` for a reused request id, `LedgerUnavailable`.
    """

    return _one(answer_each(ledger, rulebook, (request,), now, zone))


def decide(
    ledger: SqliteLedger, rulebook: Rulebook, request: DecideRequest, now: datetime, zone: str
) -> Answer:
    """The planned treatment with a permit if it is due and allowed; otherwise wait, and why.

    Raises as `request_permit`.
    """

    return _one(answer_each(ledger, rulebook, (request,), now, zone))


def _one(answers: list[Answer | Exception]) -> Answer:
    (answer,) = answers
    if isinstance(answer, Exception):
        raise answer
    return answer


def answer_each(
    ledger: SqliteLedger,
    rulebook: Rulebook,
    requests: Sequence[PermitRequest | DecideRequest],
    now: datetime,
    zone: str,
) -> list[Answer | Exception]:
    """As `request_permit` or `decide` for each request, in their order, with one fsync for all.

    What one request raises stands in its place and spoils no other. Raises `LedgerUnavailable`.
    """

    def asked(request: PermitRequest | DecideRequest) -> Work[Answer]:
        return lambda tx: _answer(tx, rulebook, request, now, zone)

    return ledger.write_each([asked(request) for request in requests])


def settle(
    request: PermitRequest | DecideRequest, decision_id: str, rulebook: Rulebook, grounds: Grounds
) -> DecisionRecord:
    """Decide from these grounds and nothing else: pure, so that a record can be decided again.

    Raises `NotFound` for an unknown contact point.
    """
    asking = _Asking(request, decision_id, rulebook, grounds)
    if isinstance(request, PermitRequest):
        return asking.record(Asked.PERMIT, asking.permit(request))
    return asking.record(Asked.DECIDE, asking.planned(request))


def request_of(record: DecisionRecord) -> PermitRequest | DecideRequest:
    """The request that a record answers. Raises `ValueError` where it holds none."""
    asked: dict[str, Any] = dict(record.asked)
    if record.kind is Asked.PERMIT:
        return msgspec.convert(asked, PermitRequest)
    asked["channels"] = [channel for channel in asked.get("channels", "").split(",") if channel]
    return msgspec.convert(asked, DecideRequest)


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
    grounds = _grounds(tx, request, now, zone)
    record = settle(request, claimed.answer_id, rulebook, grounds)
    claimed.keep(tx)  # nothing above writes, and nothing below refuses
    if record.answer.permit is not None:
        tx.attempts.reserve(record.answer.permit)
    tx.decisions.add(record, grounds.party.id)
    tx.decisions.advance(record.at)
    return record.answer


def _grounds(
    tx: Transaction, request: PermitRequest | DecideRequest, now: datetime, zone: str
) -> Grounds:
    last, plan = tx.decisions.last_instant(), tx.plans.active()
    party_id = request.party_id if isinstance(request, PermitRequest) else ""
    account, party = people_of(tx, request.account_id, party_id)
    planned = None
    if plan is not None and isinstance(request, DecideRequest):
        planned = tx.plans.assignment(plan.plan_id, account.id)
    history = tx.history_of(account, party.id, max(now, last))
    plan_id = plan.plan_id if plan is not None else None
    return Grounds(now, last, zone, account, party, history, plan_id, planned)


class _Asking:
    """One request being decided."""

    def __init__(
        self,
        request: PermitRequest | DecideRequest,
        decision_id: str,
        rulebook: Rulebook,
        grounds: Grounds,
    ) -> None:
        now, last = grounds.now, grounds.last
        self._clock_behind = last if last - now > CLOCK_TOLERANCE else None
        self._rulebook, self._request, self._grounds = rulebook, request, grounds
        self._decision_id = decision_id
        self._now = max(now, last)
        self._file: CaseFile = judged(
            rulebook, grounds.account, grounds.party, grounds.history, self._now, grounds.zone
        )

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
        reasons = (*unfit, *check.reasons(proposal, self._file.case))
        if reasons:
            again = None if unfit else check.next_permitted(proposal, self._file.case)
            return Answer(self._decision_id, None, reasons, again)
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

    def planned(self, request: DecideRequest) -> Answer:
        """The planned treatment, if its time has come."""
        if self._grounds.plan_id is None:
            return self._wait("no_plan", "no plan is active", None)
        planned = self._grounds.planned
        if planned is None:
            return self._wait("not_planned", "the plan leaves this account alone", None)
        if request.channels and planned.channel not in request.channels:
            return self._wait(
                "not_planned", f"the plan contacts this account by `{planned.channel}`", None
            )
        if self._now < planned.slot.start:
            when = f"{planned.slot.start:%Y-%m-%d %H:%M} UTC"
            return self._wait("not_yet", f"planned for {when}", planned.slot.start)
        if self._now >= planned.slot.end:
            return self._wait("slot_over", "the planned slot is over", None)
        if self._already_tried(planned):
            return self._wait("already_done", "the planned attempt was already made", None)
        return self.permit(
            PermitRequest(
                request.request_id,
                request.account_id,
                planned.contact_point_id,
                planned.channel,
                planned.script,
                agency=request.agency,
            )
        )

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

    def _wait(self, code: str, message: str, until: datetime | None) -> Answer:
        reason = Reason(code, message, until=until)
        return Answer(self._decision_id, None, (reason,), until)

    def _already_tried(self, planned: Assignment) -> bool:
        return any(
            a.account_id == planned.account_id and a.at >= planned.slot.start
            for a in self._file.case.history.attempts
        )
