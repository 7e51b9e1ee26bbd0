"""What caps, gaps and rests leave to one person inside the horizon, when it may be tried twice.

Each row says: at most so many planned attempts over these accounts, channels and slots. Every
planned attempt is assumed to end in the worst outcome, because nobody knows it yet.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from strategy.domain.attempt import Proposal
from strategy.domain.channel import VOICE, Channel
from strategy.domain.directive import Cap, CapKey, CoolDown, MinimumGap
from strategy.domain.slot import SLOT, Slot
from strategy.limits import frequency_cap
from strategy.limits.case import Case
from strategy.optimizer.problem import PartyRow

_OF_ONE_ACCOUNT = (CapKey.ACCOUNT, CapKey.PARTY_ACCOUNT)
"""No account is planned twice, so what binds one account needs no row."""


def party_rows(
    accounts: Sequence[tuple[int, Proposal, Case]],
    channels: Sequence[Channel],
    slots: Sequence[Slot],
) -> Iterator[PartyRow]:
    """Rows for one party's accounts: (position in the problem, any proposal, its case)."""
    positions = tuple(position for position, _, _ in accounts)
    directives = {
        directive: (proposal, case)
        for _, proposal, case in accounts
        for directive in case.verdict.directives
    }
    everywhere = tuple(range(len(channels)))
    for place in range(len(slots)):  # while one permit is open, nobody gets another
        yield PartyRow("open_permit", positions, everywhere, place, place + 1, 1)
    for directive, (proposal, case) in directives.items():
        if isinstance(directive, Cap) and directive.key not in _OF_ONE_ACCOUNT:
            # A cap per number is kept as if all numbers were one: stricter, never looser.
            left = directive.maximum - frequency_cap.used(directive, proposal, case)
            yield PartyRow(
                "frequency_cap",
                positions,
                _places(directive.channels, channels),
                0,
                len(slots),
                max(0, left),
            )
        elif isinstance(directive, MinimumGap):
            # From anywhere in one slot to anywhere in a later one: the slots between them must
            # be as long as the gap.
            # Local days apart are not longer than so many times 24 hours and a change of clocks.
            length = timedelta(minutes=directive.minutes)
            if directive.days:
                length = timedelta(days=directive.days, hours=1)
            wide = -(-length // SLOT) + 1
            places = _places(directive.channels, channels)
            for first in range(max(1, len(slots) - wide + 1)):
                last = min(first + wide, len(slots))
                yield PartyRow("minimum_gap", positions, places, first, last, 1)
        elif isinstance(directive, CoolDown):
            # A planned call may turn into the outcome that starts the rest.
            places = _places(directive.channels | VOICE, channels)
            yield PartyRow("cool_down", positions, places, 0, len(slots), 1)


def _places(wanted: frozenset[Channel], channels: Sequence[Channel]) -> tuple[int, ...]:
    return tuple(i for i, channel in enumerate(channels) if channel in wanted)
