"""The directives of one verdict, sorted once and then looked up.

Of a rulebook's directives few concern one channel, and equal verdicts share one `Directives`, so
that a limit asks for its kind as often as it likes.
"""

from datetime import date
from functools import cached_property
from typing import Any, TypeVar, cast

from strategy.domain.attempt import Purpose
from strategy.domain.channel import Channel
from strategy.domain.directive import Directive
from strategy.domain.reason import RuleRef

D = TypeVar("D", bound=Directive)


class Directives(tuple[Directive, ...]):
    """All directives of the rules that fired, in the order of the rules."""

    def of(self, kind: type[D], channel: Channel, purpose: Purpose | None = None) -> tuple[D, ...]:
        """Those of one kind for one channel that bind contact for this purpose (None: for any)."""
        found = self._found.get((kind, channel, purpose))
        if found is None:
            found = self._found[kind, channel, purpose] = tuple(
                one
                for one in self
                if isinstance(one, kind)
                and channel in getattr(one, "channels", ())
                and (purpose is None or purpose not in getattr(one, "exempt", ()))
            )
        return cast(tuple[D, ...], found)

    @cached_property
    def fired(self) -> tuple[RuleRef, ...]:
        """Every rule once."""
        return tuple({one.rule.id: one.rule for one in self}.values())

    @cached_property
    def begin(self) -> frozenset[date]:
        """Local days on which one of the rules comes into force."""
        return frozenset(one.rule.valid_from for one in self if one.rule.valid_from is not None)

    @cached_property
    def timeless(self) -> bool:
        """Whether every rule has always been in force, and stays."""
        return all(one.rule.valid_from is None and one.rule.valid_to is None for one in self)

    @cached_property
    def remembered(self) -> dict[Any, Any]:
        """What limits worked out of these directives, by keys of theirs; lost with them."""
        return {}

    @cached_property
    def _found(self) -> dict[tuple[type, Channel, Purpose | None], tuple[Any, ...]]:
        return {}
