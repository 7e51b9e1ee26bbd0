"""What `strategy explain --capacity` says."""

from strategy.capacity_explanation import capacity_named, uses_of, waiting_for
from strategy.capacity_use import CapacityUse
from strategy.cli.plan import currency_of
from strategy.cli.words import clock, money
from strategy.plan_folder import SavedPlan


def capacity_lines(saved: SavedPlan, name: str) -> list[str]:
    """One capacity with who waits for it, or `all` that have a price. Raises `NotFound`."""
    return _all(saved) if name == "all" else _one(saved, capacity_named(saved, name))


def _all(saved: SavedPlan) -> list[str]:
    uses, zone = uses_of(saved), saved.inputs.capacity.zone
    currency, bound = currency_of(saved.inputs), saved.document["bound_cents"]
    lines = [
        "what each capacity costs: its limit at its price, as a share of the bound of the plan; a "
        "floor: what it holds at what one contact fewer would bring",
        f"{'capacity':28} {'limit':>12} {'used':>12} {'one more is worth':>22} {'share':>7}",
    ]
    for use in uses:
        if use.price > 0:
            price = money(use.price, currency)
            share = use.cost_cents / bound if bound else 0.0
            lines.append(
                f"{use.label(zone):28} {use.limit:12g} {use.used:12g} {price:>22} {share:7.2%}"
            )
    for result in saved.floors:
        kept = result.asked - result.shortfall
        share = kept * result.price_cents / bound if bound else 0.0
        price = money(result.price_cents, currency)
        lines.append(
            f"{f'floor {result.name}':28} {result.asked:12} {result.reached:12} {price:>22} "
            f"{share:7.2%}"
        )
    free = sum(use.price <= 0 for use in uses)
    lines.append(f"{free} more have room left: one more unit is worth nothing")
    return lines


def _one(saved: SavedPlan, use: CapacityUse) -> list[str]:
    zone, currency = saved.inputs.capacity.zone, currency_of(saved.inputs)
    lines = [
        f"{use.label(zone)} ({use.kind}): {use.used:g} of {use.limit:g} used; one more is worth "
        f"{money(use.price, currency)} (simulated)"
    ]
    waiting = waiting_for(saved, use)
    lines.append("waiting for it, who gains most first:" if waiting else "nobody waits for it")
    for one in waiting:
        has = "no contact"
        if one.planned is not None:
            has = f"{one.planned.channel} {clock(one.planned.slot.start, zone)}"
        lines.append(
            f"  {one.account_id}: {one.channel} {clock(one.slot.start, zone)} script {one.script}, "
            f"gains {money(one.gain_cents, currency)} over {has}"
        )
    return lines
