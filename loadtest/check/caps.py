"""Caps counted again: how many attempts stood in the window when each permit was granted.

An attempt whose outcome became known since counts with that outcome. The service counted it as the
worst, so this count can only be lower than its own: what exceeds a cap here exceeded it there.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from loadtest.check.calendar import clock, local, midnight
from loadtest.check.rows import Granted, Tried
from loadtest.check.violation import Violation
from strategy.domain.directive import Cap

_HOUR = 3_600_000_000
_TALKED = {
    "right_party_contact",
    "promise_to_pay",
    "refused",
    "dispute",
    "complaint",
    "asks_for_help",
}
_CONNECTED = _TALKED | {"voicemail", "wrong_party", "dropped"}


def exceeded(
    granted: Granted,
    cap: Cap,
    before: Iterable[Tried],
    kinds: dict[str, str],
    zones: list[str],
) -> Iterator[Violation]:
    """`before` are all attempts made or leased before the permit; `kinds` by contact point."""
    permit = granted.permit
    if cap.kinds and kinds.get(permit.point) not in cap.kinds:
        return
    counted = [one.counts_at for one in before if _counts(one, cap, permit, kinds)]
    for zone in zones:
        begins = _begins(cap, permit.granted, zone)
        inside = sum(1 for at in counted if at >= begins)
        if inside >= cap.maximum:
            yield Violation(
                "cap",
                permit.id,
                f"{cap.rule.id}: {inside} {cap.count} before it since {clock(begins, zone)} {zone},"
                f" at most {cap.maximum} with it",
            )
            return


def _counts(one: Tried, cap: Cap, permit: Tried, kinds: dict[str, str]) -> bool:
    if one.channel not in cap.channels or one.purpose in cap.exempt:
        return False
    if one.outcome in cap.uncounted or not _as(one.outcome, cap.count):
        return False
    if not cap.pooled and one.agency != permit.agency:
        return False
    if cap.kinds and one.point in kinds and kinds[one.point] not in cap.kinds:
        return False
    same = {
        "party": one.party == permit.party,
        "account": one.account == permit.account,
        "party_account": one.party == permit.party and one.account == permit.account,
        "contact_point": one.party == permit.party and one.point == permit.point,
    }
    return same[cap.key]


def _as(outcome: str, count: str) -> bool:
    """Whether an attempt with this outcome is a dial, a connection, a conversation."""
    if outcome == "not_placed":
        return False
    if outcome == "unknown" or count in ("dials", "touches"):
        return True
    return outcome in (_CONNECTED if count == "connected" else _TALKED)


def _begins(cap: Cap, at: int, zone: str) -> int:
    day = local(at, zone).date()
    if cap.window == "hours":
        return at - cap.hours * _HOUR + 1
    if cap.window == "week":
        return midnight(day - timedelta(days=day.weekday()), zone)
    if cap.window == "month":
        return midnight(day.replace(day=1), zone)
    return midnight(day - timedelta(days=cap.days - 1), zone)
