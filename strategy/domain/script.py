"""What is said, and by whom."""

from dataclasses import dataclass

from strategy.domain.channel import Channel


@dataclass(frozen=True, slots=True)
class Script:
    """A talk script or message text; for robots with a persona (voice, manner).

    `lift_bp` and `complaint_bp` scale the cure uplift and the complaint risk of the channel;
    10,000 leaves them as they are. Both are assumptions until measured on outcomes.
    """

    id: str
    channel: Channel
    title: str
    languages: frozenset[str]
    lift_bp: int = 10_000
    complaint_bp: int = 10_000
    persona: str = ""

    @property
    def robot(self) -> str:
        """The type of robot that speaks: the first word of the persona; empty where none does."""
        return self.persona.replace("，", ",").split(",")[0].strip()
