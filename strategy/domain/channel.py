"""Ways to reach a person."""

from enum import StrEnum


class Channel(StrEnum):
    """A way to reach a person. A voice robot is a call."""

    AGENT_CALL = "agent_call"
    ROBOT_CALL = "robot_call"
    SMS = "sms"
    PUSH = "push"
    EMAIL = "email"
    LETTER = "letter"
    VISIT = "visit"


ALL_CHANNELS = frozenset(Channel)
VOICE = frozenset({Channel.AGENT_CALL, Channel.ROBOT_CALL})
MESSAGES = ALL_CHANNELS - VOICE - {Channel.VISIT}
"""What nobody can answer while it is made."""
