"""Text of a source file to the value of a field that a rule file declares; money aside."""

import re

from strategy.portfolio import values
from strategy.rules.catalogue import Field, FieldKind


def attribute(field: Field, text: str) -> int | bool | str:
    """The value as rules read it. Raises `ValueError`."""
    if field.kind is FieldKind.FLAG:
        return values.yes_or_no(text)
    if field.kind is FieldKind.WHOLE:
        number = values.whole(text)
        if not field.low <= number <= field.high:
            raise ValueError(f"is outside {field.low} to {field.high}, as `{field.name}` declares")
        return number
    if field.kind is FieldKind.CHOICE and text not in field.choices:
        raise ValueError(f"is none of {', '.join(field.choices)}: translate it with `codes`")
    if field.pattern and not re.fullmatch(field.pattern, text):
        raise ValueError(f"does not look like `{field.pattern}`, as `{field.name}` must")
    return values.name(text)
