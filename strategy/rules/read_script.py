"""Reads `scripts`: what can be said, by whom."""

from strategy.domain.channel import Channel
from strategy.domain.script import EVERYTHING, Mention, Script
from strategy.rules.reader import Reader
from strategy.rules.source import Item, Scalar

_ID = ("[a-z][a-z0-9]*([-_][a-z0-9]+)*", "early-reminder")
_LANGUAGE = ("[a-z]{2,3}", "zh")


def read_script(reader: Reader, item: Item) -> Script:
    """One script; only a robot has a persona."""
    e = reader.entries(
        item,
        "a script",
        ("id", "channel", "title", "languages"),
        ("lift_bp", "complaint_bp", "persona", "mentions", "note"),
    )
    channel = reader.word(e["channel"], "channel", Channel)
    if "channel" in e and (channel is Channel.ROBOT_CALL) is not ("persona" in e):
        if "persona" in e:
            reader.add(e.keys["persona"], "unknown-key.persona")
        else:
            reader.add(item, "missing-key", thing="a robot script", key="persona")
    if "note" in e:
        reader.text(e["note"], "`note`")
    languages = reader.items(e["languages"], "`languages`")
    return Script(
        id=reader.text(e["id"], "script id", *_ID),
        channel=channel,
        title=reader.text(e["title"], "title"),
        languages=frozenset(reader.text(one, "language", *_LANGUAGE) for one in languages),
        lift_bp=_factor(reader, e["lift_bp"], "`lift_bp`") if "lift_bp" in e else 10_000,
        complaint_bp=_factor(reader, e["complaint_bp"], "`complaint_bp`")
        if "complaint_bp" in e
        else 10_000,
        persona=reader.text(e["persona"], "`persona`") if "persona" in e else "",
        mentions=read_mentions(reader, e["mentions"]) if "mentions" in e else EVERYTHING,
    )


def read_mentions(reader: Reader, item: Item) -> frozenset[Mention]:
    """What a text says of the debt: a list, or `none`."""
    if isinstance(item, Scalar) and item.value == "none":
        return frozenset()
    return reader.words(item, "mention", Mention)


def _factor(reader: Reader, item: Item, what: str) -> int:
    return reader.whole(item, what, 0, 100_000)
