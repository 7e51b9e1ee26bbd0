"""Facts as people read them."""

from strategy.domain.facts import Fact
from strategy.rules.catalogue import FIELDS, FieldKind

_WORDS = {field.name: field.choices for field in FIELDS.values() if field.choices}
_MONEY = frozenset(field.name for field in FIELDS.values() if field.kind is FieldKind.MONEY)


def shown(name: str, value: Fact) -> str:
    """`1,234.50` for cents, `true`, `missing`, or the word itself; a word that rules cannot know is
    shown as `unknown`, because they treat it as missing."""
    if value is None:
        return "missing"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if name in _MONEY and isinstance(value, int):
        return f"{'-' if value < 0 else ''}{abs(value) // 100:,}.{abs(value) % 100:02d}"
    if name in _WORDS and value not in _WORDS[name]:
        return f"unknown ({value})"
    return str(value)
