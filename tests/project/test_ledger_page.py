"""The page about the ledger is run as written, and a restored ledger gives the same answers."""

import shutil
from contextlib import ExitStack
from pathlib import Path

import grpc
from typed_pages import BLOCK, COMMAND, HOME, free_port, matches, run, server

from strategy.api.v1 import types_pb2
from strategy.api.v1.decision_pb2 import RequestPermitRequest
from strategy.api.v1.decision_pb2_grpc import DecisionServiceStub

PAGE = (HOME / "docs" / "ledger.md").read_text(encoding="utf-8")


def ask(address: str, number: int):
    request = RequestPermitRequest(
        request_id=f"r-{number}",
        account_id=f"A000000{number}",
        contact_point_id=f"P000000{number}-mobile",
        channel=types_pb2.CHANNEL_AGENT_CALL,
        script="agent-reminder",
    )
    with grpc.insecure_channel(address) as channel:
        return DecisionServiceStub(channel).RequestPermit(request, timeout=30)


def test_an_operator_who_follows_the_page_sees_what_it_says(tmp_path: Path) -> None:
    shutil.copytree(HOME / "rules", tmp_path / "rules")
    shutil.copy(HOME / "server.py", tmp_path)
    live, drill = (f"127.0.0.1:{free_port()}" for _ in range(2))
    page = PAGE.replace("127.0.0.1:50051", live).replace("127.0.0.1:50052", drill)
    answers = []
    with ExitStack() as servers:
        for command, expected in (
            c for b in BLOCK.finditer(page) for c in COMMAND.findall(b["body"])
        ):
            start = command.startswith("python server.py")
            said = servers.enter_context(server(command, tmp_path)) if start else ""
            assert matches(expected, said or run(command, tmp_path)), command
            if command.startswith(
                "strategy upload"
            ):  # decisions, so that there is something to check
                answers = [ask(live, number) for number in (3, 4, 5)]
            elif start and answers:
                assert [ask(drill, number) for number in (3, 4, 5)] == answers

    assert len(answers) == 3
