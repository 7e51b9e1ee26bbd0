"""Pictures of a load test as SVG text, drawn into the page."""

import io
import re
from collections.abc import Mapping, Sequence
from math import nan
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

INK, MUTED, COLOURS = "#1f2933", "#7b8794", ("#0b7285", "#d9480f", "#7b8794", "#5c940d")
_STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "loadtest",
    "font.family": "sans-serif",
    "font.size": 9,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": MUTED,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


Points = tuple[Sequence[float], Sequence[float]]
"""Their x and their y."""


def lines(
    series: Mapping[str, Points],
    label: str,
    *,
    below: str = "seconds",
    limit: float | None = None,
    logarithmic: bool = False,
    marks: Sequence[tuple[float, str]] = (),
) -> str:
    """One line a series; `limit` is drawn across, `marks` are things that happened at an x."""
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(9.5, 2.3), layout="constrained")
        axes = figure.subplots()
        for (name, (x, values)), colour in zip(series.items(), COLOURS, strict=False):
            # A second without a call has no latency: a gap, not a line out of the picture.
            y = [value if value > 0 or not logarithmic else nan for value in values]
            axes.plot(x, y, label=name, color=colour, linewidth=1.5)
        if limit is not None:
            axes.axhline(limit, color=COLOURS[1], linestyle="--", linewidth=1)
        for at, what in marks:
            axes.axvline(at, color=MUTED, linestyle=":", linewidth=1)
            axes.annotate(what, (at, 1), xycoords=("data", "axes fraction"), size=7, va="top")
        if logarithmic:
            axes.set_yscale("log")
        else:
            axes.set_ylim(bottom=0)
        axes.set_xlabel(below)
        axes.set_ylabel(label)
        axes.legend(frameon=False, ncols=4, loc="upper left", bbox_to_anchor=(0, 1.2))
        return _svg(figure)


def side_by_side(pictures: Mapping[str, str]) -> dict[str, str]:
    """Pictures by name as one page can hold them: each of their ids begins with its own name."""
    return {
        name: re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{name}-", svg)
        for name, svg in pictures.items()
    }


def _svg(figure: Figure) -> str:
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None})
    found = re.search(r"<svg.*", text.getvalue(), re.DOTALL)
    assert found is not None
    return found.group()
