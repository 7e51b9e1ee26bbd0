"""What is said, and by whom."""

from dataclasses import dataclass
from enum import StrEnum

from strategy.domain.channel import Channel


class Mention(StrEnum):
    """What in a text tells whoever hears it that there is a debt."""

    AMOUNT = "amount"
    DUE_DATE = "due_date"
    PRODUCT = "product"
    LENDER = "lender"


EVERYTHING = frozenset(Mention)


@dataclass(frozen=True, slots=True)
class Script:
    """A talk script or message text; for robots with a persona (voice, manner).

    `lift_bp` and `complaint_bp` scale the cure uplift and the complaint risk of the channel;
    10,000 leaves them as they are. Both are assumptions until measured on outcomes. `mentions` is
    what it says of the debt; of a script nobody described, everything.
    """

    id: str
    channel: Channel
    title: str
    languages: frozenset[str]
    lift_bp: int = 10_000
    complaint_bp: int = 10_000
    persona: str = ""
    mentions: frozenset[Mention] = EVERYTHING

    @property
    def robot(self) -> str:
        """The type of robot that speaks: the first word of the persona; empty where none does."""
        return self.persona.replace("，", ",").split(",")[0].strip()
