"""Pictures of a plan as SVG text: how capacity is used, value against bound, what rules refuse."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from strategy.domain.channel import Channel

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INK, MUTED, ACCENT, PALE = "#1f2933", "#7b8794", "#0b7285", "#d0ebee"

_STYLE: Any = {
    "svg.fonttype": "none",  # text stays text: searchable, and drawn in the reader's own fonts
    "svg.hashsalt": "strategy",  # the same plan draws the same picture
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


def capacity_heat_map(
    used: Mapping[Channel, Sequence[int]],
    capacity: Mapping[Channel, Sequence[int]],
    clocks: Sequence[str],
) -> str:
    """Share of each channel's capacity used in each slot; `clocks` label the slots."""
    channels = list(capacity)
    with _drawing(0.45 * len(channels) + 1.1) as figure:
        axes = figure.subplots()
        room = np.array([capacity[c] for c in channels], float)
        share = np.divide(
            np.array([used[c] for c in channels], float), room, np.zeros_like(room), where=room > 0
        )
        image = axes.imshow(share, aspect="auto", cmap="GnBu", vmin=0, vmax=1)
        axes.set_yticks(range(len(channels)), [c.replace("_", " ") for c in channels])
        axes.set_xticks(range(0, len(clocks), 2), clocks[::2], rotation=45)
        axes.spines[:].set_visible(False)
        for y, channel in enumerate(channels):
            for x, attempts in enumerate(used[channel]):
                if attempts:
                    ink = "white" if share[y, x] > 0.6 else INK
                    axes.text(x, y, str(attempts), ha="center", va="center", size=7, color=ink)
        bar = figure.colorbar(image, ax=axes, pad=0.01, format=lambda v, _: f"{v:.0%}")
        bar.outline.set_visible(False)
        return _svg(figure)


def value_and_bound(value_cents: int, bound_cents: int, currency: str) -> str:
    """The plan's value beside the proven upper bound."""
    with _drawing(1.5) as figure:
        axes = figure.subplots()
        values = [bound_cents / 100, value_cents / 100]
        axes.barh(["proven bound", "this plan"], values, color=[PALE, ACCENT], height=0.6)
        for y, value in enumerate(values):
            axes.text(value, y, f" {value:,.2f} {currency}", va="center")
        axes.set_xlim(0, max(values, default=0) * 1.25 or 1)
        axes.xaxis.set_visible(False)
        axes.spines[["bottom", "left"]].set_visible(False)
        axes.tick_params(left=False)
        return _svg(figure)


def counts(labels: Sequence[str], numbers: Sequence[int]) -> str:
    """Horizontal bars, largest first as given."""
    with _drawing(0.3 * len(labels) + 0.4) as figure:
        axes = figure.subplots()
        axes.barh(range(len(labels)), numbers, color=ACCENT, height=0.65)
        axes.set_yticks(range(len(labels)), labels)
        axes.invert_yaxis()
        for y, number in enumerate(numbers):
            axes.text(number, y, f" {number:,}", va="center")
        axes.xaxis.set_visible(False)
        axes.spines[["bottom"]].set_visible(False)
        axes.margins(x=0.1)
        return _svg(figure)


@contextmanager
def _drawing(height: float) -> Iterator["Figure"]:
    """A figure so many inches high. Loads matplotlib, which few commands need."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(_STYLE):
        yield Figure(figsize=(9.5, height), layout="constrained")


def _svg(figure: "Figure") -> str:
    text = io.StringIO()
    figure.savefig(text, format="svg", transparent=True, metadata={"Date": None})
    drawn = text.getvalue()
    drawn = drawn[drawn.index("<svg") :]
    # A width in points would not shrink on a narrow screen; the view box stays.
    return re.sub(r'<svg ([^>]*?)height="[^"]*" (.*?)width="[^"]*"', r"<svg \1\2", drawn, count=1)
