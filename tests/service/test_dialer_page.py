"""The page for dialer makers: its Python runs, its messages, statuses and paths exist."""

import re
from pathlib import Path

import grpc
from google.protobuf import json_format, message_factory
from test_access import OURS

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "connecting-a-dialer.md").read_text(encoding="utf-8")


def run_example(served, capsys):
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(compile(code.replace("127.0.0.1:50051", served.address), "page", "exec"), {})
    return capsys.readouterr().out


def test_the_example_dials_when_it_may(served, capsys):
    served.people(1)

    assert run_example(served, capsys) == "True\n"


def test_the_example_prints_the_reasons_when_it_may_not(served, capsys):
    served.people(1)
    served.wait(hours=11)  # 21:00
    said = run_example(served, capsys)

    assert "contact_time_ban Calls from nine to eight" in said
    assert "next: 2026-03-11T01:00:00Z" in said


def test_every_status_on_the_page_is_one_of_grpcs():
    named = set(re.findall(r"^\| `([A-Z_]+)`", PAGE, re.MULTILINE))

    assert named <= set(grpc.StatusCode.__members__)
    assert len(named) == 10


def test_every_rpc_on_the_page_is_in_the_protos():
    protos = "".join(p.read_text() for p in (ROOT / "protos").rglob("*.proto"))
    rpcs = re.findall(r"rpc (\w+)\(", protos)
    named = re.findall(r"`\w+Service\.(\w+)`", PAGE)

    assert len(named) > 5
    assert set(named) <= set(rpcs)


def test_what_grpcurl_is_told_to_send_is_a_message_of_that_call():
    shown = re.findall(r"-d '([^']+)'[^/]*?(strategy\.api\.v1\.\w+/\w+)", PAGE)

    assert len(shown) == 8
    for text, method in shown:
        kind = message_factory.GetMessageClass(OURS[f"/{method}"].input_type)
        assert json_format.Parse(text, kind()).ByteSize(), method
