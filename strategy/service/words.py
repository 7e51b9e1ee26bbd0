"""The protobuf enums and the domain's words for them; a test holds the two lists together."""

from collections.abc import Mapping
from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp

from strategy.api.v1 import plan_pb2, types_pb2
from strategy.domain.channel import Channel
from strategy.domain.outcome import Outcome
from strategy.domain.plan_record import PlanState

CHANNELS: Mapping[int, Channel] = {
    types_pb2.Channel.Value(f"CHANNEL_{channel.name}"): channel for channel in Channel
}
OUTCOMES: Mapping[int, Outcome] = {
    types_pb2.Outcome.Value(f"OUTCOME_{outcome.name}"): outcome for outcome in Outcome
}


def channel_number(channel: Channel) -> types_pb2.Channel.ValueType:
    return types_pb2.Channel.Value(f"CHANNEL_{channel.name}")


def outcome_number(outcome: Outcome) -> types_pb2.Outcome.ValueType:
    return types_pb2.Outcome.Value(f"OUTCOME_{outcome.name}")


def plan_state_number(state: PlanState) -> plan_pb2.PlanState.ValueType:
    return plan_pb2.PlanState.Value(f"PLAN_STATE_{state.name}")


def stamp(instant: datetime | None) -> Timestamp | None:
    """A UTC instant as a message; None leaves the field unset."""
    if instant is None:
        return None
    made = Timestamp()
    made.FromDatetime(instant.astimezone(UTC))
    return made


def fact_text(value: int | bool | str | None) -> str:
    """A fact as the API tells it: `true`, `false`, empty for what is not known."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
