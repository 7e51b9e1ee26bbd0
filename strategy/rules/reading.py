"""Facts as people read them."""

from strategy.domain.facts import Fact
from strategy.rules.catalogue import FIELDS, FieldKind


def shown(name: str, value: Fact) -> str:
    """`1,234.50` for cents, `true`, `missing`, or the word itself."""
    field = FIELDS[name]
    if not field.is_readable(value):
        return "missing" if value is None else f"unreadable `{value}`"
    if field.kind is FieldKind.MONEY:
        assert isinstance(value, int)
        return f"{'-' if value < 0 else ''}{abs(value) // 100:,}.{abs(value) % 100:02d}"
    return str(value).lower() if field.kind is FieldKind.FLAG else str(value)
