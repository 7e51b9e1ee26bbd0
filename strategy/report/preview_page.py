"""A preview of new rules as one self-contained HTML page."""

from jinja2 import Environment, PackageLoader, StrictUndefined

from strategy.preview import Preview
from strategy.report.plan_page import ASSUMED

_LISTED = 200


def preview_page(preview: Preview, currency: str) -> str:
    """HTML that loads nothing."""
    environment = Environment(
        loader=PackageLoader("strategy.report", "."), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template("preview.html").render(
        p=preview,
        channels=sorted({*preview.old.attempts, *preview.new.attempts}),
        money=lambda cents: f"{cents / 100:,.2f} {currency}",
        assumed=ASSUMED,
        most=_LISTED,
    )
