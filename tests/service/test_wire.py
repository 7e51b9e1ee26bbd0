"""Messages recorded once must decode for ever, into the same values."""

import pytest
from google.protobuf import text_format
from record_wire import MESSAGES, WIRE, recorded


def test_every_recording_has_its_message_here():
    assert {path.stem for path in WIRE.iterdir()} == MESSAGES.keys()


@pytest.mark.parametrize("name", MESSAGES)
def test_a_recorded_message_decodes_into_what_it_said(name):
    raw, words = recorded(name)
    decoded = type(MESSAGES[name]).FromString(raw)

    assert decoded.ListFields()
    assert decoded == text_format.Parse(words, type(MESSAGES[name])())
    assert decoded == MESSAGES[name]


@pytest.mark.parametrize("name", MESSAGES)
def test_every_field_of_a_recording_is_still_known(name):
    raw, _ = recorded(name)
    decoded = type(MESSAGES[name]).FromString(raw)
    known = decoded.SerializeToString(deterministic=True)
    decoded.DiscardUnknownFields()

    assert decoded.SerializeToString(deterministic=True) == known
