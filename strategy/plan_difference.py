"""What differs between two plans: who gains contact, who loses it, who is contacted otherwise."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from strategy.domain.contact_plan import Assignment


@dataclass(frozen=True, slots=True)
class AccountChange:
    """One account that is contacted otherwise; empty where it is not contacted."""

    account_id: str
    segment: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class SegmentChange:
    """Accounts of a segment that gain contact, lose it, are contacted otherwise; the rest stay."""

    segment: str
    accounts: int
    gain: int
    lose: int
    other: int


@dataclass(frozen=True, slots=True)
class PlanDifference:
    """By segment and by account, both in order of their names."""

    segments: tuple[SegmentChange, ...]
    accounts: tuple[AccountChange, ...]

    @property
    def churn(self) -> int:
        """Accounts that are not contacted as before."""
        return len(self.accounts)


def difference(
    places: Mapping[str, str], old: Iterable[Assignment], new: Iterable[Assignment]
) -> PlanDifference:
    """`places` is the segment of every account that counts, by account id."""
    before, after = _contacts(old), _contacts(new)
    changes = tuple(
        AccountChange(account, segment, before.get(account, ""), after.get(account, ""))
        for account, segment in sorted(places.items())
        if before.get(account) != after.get(account)
    )
    members = Counter(places.values())
    gain = Counter(c.segment for c in changes if not c.before)
    lose = Counter(c.segment for c in changes if not c.after)
    other = Counter(c.segment for c in changes if c.before and c.after)
    segments = (
        SegmentChange(one, members[one], gain[one], lose[one], other[one])
        for one in sorted(members)
    )
    return PlanDifference(tuple(segments), changes)


def _contacts(assignments: Iterable[Assignment]) -> dict[str, str]:
    """Treatments by account, in order of time where there are several."""
    said: dict[str, str] = {}
    for a in sorted(assignments, key=lambda a: (a.slot.start, a.channel)):
        treatment = f"{a.channel} {a.slot.start:%Y-%m-%d %H:%M}Z {a.script}"
        said[a.account_id] = "; ".join(filter(None, (said.get(a.account_id), treatment)))
    return said
