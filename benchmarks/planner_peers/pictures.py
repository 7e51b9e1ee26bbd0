"""Three pictures: how good, how fast, and how the gap closes."""

from pathlib import Path
from typing import Any

import matplotlib
import numpy as np

matplotlib.use("Agg")
from matplotlib import pyplot

from planner_peers.growth import exponent, mean_seconds
from planner_peers.schedule import TIGHTNESS
from planner_peers.table import PEERS

Cases = list[dict[str, Any]]


def draw(cases: Cases, stem: Path) -> list[Path]:
    """SVG files beside `stem`."""
    good = [c for c in cases if c["part"] == "value" and "failed" not in c]
    if not good:
        return []
    matplotlib.rcParams |= {"svg.hashsalt": "planner", "svg.fonttype": "none"}
    drawn = []
    for name, picture in (("value", _value), ("time", _time), ("gap", _gap)):
        path = stem.with_name(f"{stem.name}-{name}.svg")
        figure = picture(good)
        figure.savefig(path, metadata={"Date": None})
        pyplot.close(figure)
        drawn.append(path)
    return drawn


def _value(cases: Cases) -> Any:
    sizes = sorted({c["accounts"] for c in cases})
    width = 3.4 * len(sizes)
    figure, axes = pyplot.subplots(
        1, len(sizes), figsize=(max(width, 6), 4), sharey=True, squeeze=False, layout="constrained"
    )
    at = np.arange(len(PEERS))
    for axis, n in zip(axes[0], sizes, strict=True):
        for place, tight in enumerate(TIGHTNESS):
            same = [c for c in cases if c["accounts"] == n and c["tightness"] == tight]
            if same:
                shares = [
                    np.mean([100 * (c["plans"][p]["value"] or 0) / c["bound"] for c in same])
                    for p in PEERS
                ]
                axis.barh(at + 0.27 * (place - 1), shares, 0.25, label=tight)
        axis.set_title(f"{n:,} accounts")
        axis.set_xlabel("value, % of the proven bound")
        axis.set_yticks(at, PEERS.values())
    axes[0][0].invert_yaxis()
    axes[0][0].legend(title="capacities", loc="lower left", framealpha=1)
    return figure


def _time(cases: Cases) -> Any:
    figure, axis = pyplot.subplots(figsize=(7, 5), layout="constrained")
    for peer, title in PEERS.items():
        seconds = mean_seconds(cases, peer)
        power = exponent(seconds)
        grows = f": power {power:.2f}" if power is not None else ""
        axis.plot(list(seconds), list(seconds.values()), "o-", label=title + grows)
    axis.set(xscale="log", yscale="log", xlabel="accounts", ylabel="seconds by the clock")
    axis.grid(alpha=0.3)
    axis.legend()
    return figure


def _gap(cases: Cases) -> Any:
    """Bounds and values on the way, as a distance from the last bound."""
    figure, axis = pyplot.subplots(figsize=(7, 5), layout="constrained")
    first = {c["accounts"]: c for c in reversed(cases)}
    for n, case in sorted(first.items()):
        last, one = case["bound"], case["pass_s"]["all_cores"]
        steps = [s for s in case["plans"]["planner"]["steps"] if s[2] is not None]
        passes = [s[0] / one for s in steps]
        above = [max(s[2] / last - 1, 1e-7) for s in steps]
        (line,) = axis.plot(passes, above, ".-", label=f"{n:,} ({case['tightness']})")
        plans = [(s[0] / one, 1 - s[3] / last) for s in steps if s[3] is not None]
        if plans:
            axis.plot(*zip(*plans, strict=True), "v", color=line.get_color())
    axis.set(
        yscale="log",
        xlabel="time, in full passes over the book",
        ylabel="from the last bound: bounds above (dots), plans below (triangles)",
    )
    axis.grid(alpha=0.3)
    axis.legend(title="accounts")
    return figure
