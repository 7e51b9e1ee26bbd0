"""Facts as people read them."""

from strategy.domain.facts import Fact
from strategy.rules.catalogue import Field, FieldKind


def shown(field: Field, value: Fact) -> str:
    """`1,234.50` for cents, `true`, `missing`, or the word itself; a word that rules cannot know is
    shown as `unknown`, because they treat it as missing."""
    if value is None:
        return "missing"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if field.kind is FieldKind.MONEY and isinstance(value, int):
        return f"{'-' if value < 0 else ''}{abs(value) // 100:,}.{abs(value) % 100:02d}"
    if field.choices and value not in field.choices:
        return f"unknown ({value})"
    return str(value)
