"""What durable_rules itself says about an account, fired on its facts instead of looked up."""

from collections.abc import Mapping, Sequence

from strategy.domain.facts import Fact
from strategy.rules.draft import Draft
from strategy.rules.durable import Shard, shards
from strategy.rules.group import Group


class SecondOpinion:
    """The rules of a draft inside durable_rules. Belongs in a process of its own: the engine may
    crash, and never gives its memory back."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._rules = [_Fired(group) for group in draft.groups]
        self._segments = [_Fired(group) for group in draft.sorting]

    def fired(self, facts: Mapping[str, Fact]) -> frozenset[str]:
        """Ids of the rules whose condition holds, whatever the jurisdiction.

        `facts` without `segment`. Raises `DurableError`.
        """
        if self._segments:
            holds = min(position for one in self._segments for position in one.positions(facts))
            facts = {**facts, "segment": self._draft.segments[holds].id}
        rules = self._draft.rules
        return frozenset(
            rules[position].ref.id for one in self._rules for position in one.positions(facts)
        )


class _Fired:
    """One group, cut into shards that the engine can hold."""

    def __init__(self, group: Group) -> None:
        self._tests = [(1 << bit, atom.scalar()) for bit, atom in enumerate(group.atoms)]
        clauses = [
            (position, mask)
            for position, masks in zip(group.rules, group.clauses, strict=True)
            for mask in masks
        ]
        self._shards = [
            (Shard([mask for _, mask in part], len(group.atoms)), _positions(part))
            for part in shards(clauses)
        ]

    def positions(self, facts: Mapping[str, Fact]) -> set[int]:
        signature = sum(mask for mask, test in self._tests if test(facts))
        return {
            positions[clause]
            for shard, positions in self._shards
            for clause in shard.fired(signature)
        }


def _positions(part: Sequence[tuple[int, int]]) -> list[int]:
    return [position for position, _ in part]
