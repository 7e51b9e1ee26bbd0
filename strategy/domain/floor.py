"""Business floors: contacts that a plan must make, also where they are worth less than others."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from strategy.domain.channel import Channel


@dataclass(frozen=True, slots=True)
class Floor:
    """At least `at_least` contacts, or `share_bp` basis points of the accounts, in these segments.

    Counted are attempts by `channels` and by robots of type `robot`; what is left empty counts
    all. `source` is its `file:line`. Law and capacity come first, then floors in their order.
    """

    name: str
    at_least: int = 0
    share_bp: int = 0
    segments: tuple[str, ...] = ()
    channels: tuple[Channel, ...] = ()
    robot: str = ""
    source: str = ""

    def about(self, segment: str | None) -> bool:
        """Whether an account of that segment is one of its accounts."""
        return not self.segments or segment in self.segments

    def counts(self, channel: Channel, robot: str) -> bool:
        """Whether such an attempt to one of its accounts counts."""
        return (not self.channels or channel in self.channels) and self.robot in ("", robot)

    def asked(self, accounts: int) -> int:
        """Contacts, where so many accounts are its own; a share is rounded up."""
        return max(self.at_least, -(-self.share_bp * accounts // 10_000))


def bonuses(
    floors: Iterable[Floor],
    prices: Mapping[str, float],
    segment: str | None,
    channel: Channel,
    robot: str,
) -> dict[str, float]:
    """Cents by which each floor, by its name, raises such an attempt to an account of a segment."""
    return {
        floor.name: prices[floor.name]
        for floor in floors
        if prices.get(floor.name) and floor.about(segment) and floor.counts(channel, robot)
    }


@dataclass(frozen=True, slots=True)
class FloorRefusal:
    """A limit, and its rule if it has one, that keeps accounts from every contact that would count.

    Several may keep out the same account.
    """

    code: str
    rule_id: str
    source: str
    title: str
    accounts: int


@dataclass(frozen=True, slots=True)
class FullCapacity:
    """A constraint that a missed floor comes up against, and its channel, robot type or budget."""

    kind: str
    of: str


@dataclass(frozen=True, slots=True)
class FloorResult:
    """What a plan makes of one floor.

    `accounts` are its own; rules leave `allowed` of them a contact that counts. `possible` is what
    capacity has room for without the floors before it, `reached` what the plan makes, and `most`
    what no plan exceeds that keeps law, capacity and the floors before it; none of the two is
    looked for beyond `asked`. One contact asked fewer would bring `price_cents` at most;
    `cost_cents` is what the plan would be worth more without this floor, where both were solved.
    """

    name: str
    asked: int
    accounts: int
    allowed: int
    possible: int
    reached: int
    most: int
    price_cents: float
    cost_cents: int | None = None
    refusals: tuple[FloorRefusal, ...] = ()
    full: tuple[FullCapacity, ...] = ()

    @property
    def shortfall(self) -> int:
        return max(0, self.asked - self.reached)

    @property
    def missed_by_rules(self) -> int:
        return max(0, self.asked - self.allowed)

    @property
    def missed_by_capacity(self) -> int:
        return max(0, min(self.asked, self.allowed) - self.possible)

    @property
    def missed_for_floors(self) -> int:
        """What floors before it take. The three add up to the shortfall."""
        return self.shortfall - self.missed_by_rules - self.missed_by_capacity

    def why_missed(self) -> Iterator[str]:
        """A sentence for each cause of the shortfall; none for a floor that is met."""
        if not self.shortfall:
            return
        if self.missed_by_rules:
            yield (
                f"{self.missed_by_rules:,} by rules: of its {self.accounts:,} accounts "
                f"{self.allowed:,} may be contacted so"
            )
            yield from (
                f"{r.title or r.code} [{r.rule_id} {r.source}] keeps out {r.accounts:,}"
                if r.rule_id
                else f"{r.code} keeps out {r.accounts:,}"
                for r in self.refusals
            )
        if self.missed_by_capacity:
            named = ", ".join(f"`{one.of}` ({one.kind})" for one in self.full)
            yield f"{self.missed_by_capacity:,} by capacity: {named or 'whole contacts'} full"
        if self.missed_for_floors:
            yield f"{self.missed_for_floors:,} for floors named before it"
        if self.most > self.reached:
            yield f"it is not proven that a plan could not reach {self.most:,}"
