"""Counts what a plan does for each floor, beside what it says. Without the optimizer's code."""

from collections.abc import Iterator, Mapping, Sequence

from strategy.domain.capacity import Capacity
from strategy.domain.contact_plan import Assignment
from strategy.domain.floor import FloorResult
from strategy.domain.script import Script
from strategy.domain.verdict import Verdict


def wrong_floors(
    assignments: Sequence[Assignment],
    verdicts: Mapping[str, Verdict],
    scripts: Mapping[str, Script],
    capacity: Capacity,
    results: Sequence[FloorResult],
) -> Iterator[str]:
    """What is wrong with the results of the floors, one sentence each.

    That a floor cannot be missed by less is proven elsewhere; that no miss is hidden, here.
    """
    names = [floor.name for floor in capacity.floors]
    if [result.name for result in results] != names:
        yield f"the plan answers for floors {[r.name for r in results]}, not {names}"
        return
    if not names:
        return
    segment = {account: verdict.segment for account, verdict in verdicts.items()}
    for floor, result in zip(capacity.floors, results, strict=True):
        accounts = sum(floor.about(one) for one in segment.values())
        reached = sum(
            floor.about(segment.get(a.account_id))
            and a.script in scripts
            and floor.counts(a.channel, scripts[a.script].robot)
            for a in assignments
        )
        if result.asked != floor.asked(accounts):
            yield f"floor `{floor.name}` asks for {floor.asked(accounts)}, not {result.asked}"
        if result.reached != reached:
            yield f"floor `{floor.name}` has {reached} contacts, not {result.reached}"
