"""Decisions as rows for auditors: ids, verdicts and reasons; no addresses, amounts or facts."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from strategy.audit.walk import entries
from strategy.domain.audit_entry import EntryKind
from strategy.domain.reason import Reason
from strategy.ledger.audit import StoredEntry
from strategy.ledger.ledger import Reader


@dataclass(frozen=True, slots=True)
class ExportedReason:
    """A reason without the values that were read."""

    code: str
    rule: str
    source: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class ExportedDecision:
    """One entry of the chain. Where the record was removed, what names somebody is empty."""

    number: int
    hash: str
    kind: str
    id: str
    at: datetime
    permitted: bool
    rulebook_hash: str
    plan_id: str
    record_removed: bool
    removed: tuple[tuple[int, int], ...] = ()
    asked: str = ""
    account_id: str = ""
    party_id: str = ""
    contact_point_id: str = ""
    channel: str = ""
    script: str = ""
    purpose: str = ""
    agency: str = ""
    permit_id: str = ""
    next_at: datetime | None = None
    reasons: tuple[ExportedReason, ...] = ()


def export(
    ledger: Reader, start: datetime | None, end: datetime | None
) -> Iterator[ExportedDecision]:
    """Entries made at UTC instants of [start, end), in their order."""
    for stored in entries(ledger):
        row = _exported(stored)
        if (start is None or row.at >= start) and (end is None or row.at < end):
            yield row


def _exported(stored: StoredEntry) -> ExportedDecision:
    entry = stored.decode()
    bare = ExportedDecision(
        number=stored.number,
        hash=stored.hash.hex(),
        kind=entry.kind,
        id=entry.id,
        at=entry.at,
        permitted=entry.permitted,
        rulebook_hash=entry.rulebook_hash,
        plan_id=entry.plan_id or "",
        record_removed=entry.kind is EntryKind.DECISION and stored.record is None,
        removed=entry.removed,
        reasons=tuple(ExportedReason(code, rule, "", None) for code, rule in entry.reasons),
    )
    if stored.record is None:
        return bare
    record = stored.record.decode()
    permit, asked = record.answer.permit, record.asked
    return replace(
        bare,
        asked=record.kind or "",
        account_id=asked["account_id"],
        party_id=stored.record.party_id,
        contact_point_id=permit.contact_point_id if permit else asked.get("contact_point_id", ""),
        channel=permit.channel if permit else asked.get("channel", ""),
        script=permit.script if permit else asked.get("script", ""),
        purpose=asked.get("purpose", ""),
        agency=asked.get("agency", ""),
        permit_id=permit.id if permit else "",
        next_at=record.answer.next_at,
        reasons=tuple(map(_reason, record.answer.reasons)),
    )


def _reason(reason: Reason) -> ExportedReason:
    rule = reason.rule
    return ExportedReason(
        reason.code, rule.id if rule else "", rule.source if rule else "", reason.until
    )
