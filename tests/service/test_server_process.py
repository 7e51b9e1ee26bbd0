"""The real `server.py` as a process: signals, crashes, settings."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest
from wire_messages import AGENT, a_person

from strategy.api.v1 import (
    decision_pb2,
    decision_pb2_grpc,
    portfolio_pb2_grpc,
    rulebook_pb2,
    rulebook_pb2_grpc,
)
from strategy.ledger.sqlite import SqliteLedger

ROOT = Path(__file__).resolve().parents[2]
MORNING = "2026-03-10T10:00:00+08:00"


@contextmanager
def server(ledger, rules=ROOT / "rules"):
    command = [sys.executable, ROOT / "server.py", "--listen", "127.0.0.1:0"]
    command += ["--ledger", f"sqlite:{ledger}", "--clock-start", MORNING]
    command += ["--rules", rules / "cn", "--rules", rules / "house"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        line = process.stdout.readline()
        assert line.startswith("listening on "), process.stderr.read()
        try:
            with grpc.insecure_channel(line.split()[-1]) as channel:
                yield process, channel
        finally:
            process.kill()


def ask(channel, number):
    return decision_pb2_grpc.DecisionServiceStub(channel).RequestPermit(
        decision_pb2.RequestPermitRequest(
            request_id=f"r{number}",
            account_id=f"A{number}",
            contact_point_id=f"M{number}",
            channel=AGENT,
            script="agent-reminder",
        ),
        timeout=10,
    )


def bring(channel, numbers):
    people = iter([a_person(n) for n in numbers])
    made = portfolio_pb2_grpc.PortfolioServiceStub(channel).ImportAccounts(people)
    assert made.rejected == 0, made


def test_sigterm_ends_well_and_the_next_start_gives_the_same_answers(tmp_path):
    with server(tmp_path / "ledger") as (process, channel):
        bring(channel, range(20))
        before = [ask(channel, n) for n in range(20)]
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
    with server(tmp_path / "ledger") as (_, channel):
        after = [ask(channel, n) for n in range(20)]

    assert all(answer.HasField("permit") for answer in before)
    assert before == after


def test_sighup_reads_the_rules_again_and_keeps_the_old_ones_when_they_are_bad(tmp_path):
    rules = tmp_path / "rules"
    for pack in ("cn", "house"):
        (rules / pack).mkdir(parents=True)
        for file in (ROOT / "rules" / pack).glob("*.yaml"):
            (rules / pack / file.name).write_bytes(file.read_bytes())
    contact = rules / "house" / "contact.yaml"
    good = contact.read_text()
    with server(tmp_path / "ledger", rules) as (process, channel):
        stub = rulebook_pb2_grpc.RulebookServiceStub(channel)

        def rulebook():
            return stub.GetRulebook(rulebook_pb2.GetRulebookRequest())

        def until(changed):
            process.send_signal(signal.SIGHUP)
            ends = time.monotonic() + 20
            while not changed(rulebook()):
                assert time.monotonic() < ends
                time.sleep(0.1)
            return rulebook()

        first = rulebook()
        contact.write_text(good.replace("forbid: voice", "forbid: voyce", 1))
        refused = until(lambda now: now.last_refusal)
        contact.write_text(good.replace("minutes: 120", "minutes: 121"))
        mended = until(lambda now: now.hash != first.hash)

    assert refused.hash == first.hash
    assert "voyce" in refused.last_refusal
    assert "contact.yaml" in refused.last_refusal
    assert mended.last_refusal == ""


@pytest.mark.parametrize("round_", range(5))
def test_after_kill_9_under_load_every_acknowledged_permit_is_there_and_none_twice(
    tmp_path, round_
):
    ledger, acknowledged = tmp_path / "ledger", {}
    with server(ledger) as (process, channel):
        bring(channel, range(400))

        def dial(first):
            for number in range(first, 400, 4):
                try:
                    answer = ask(channel, number)
                except grpc.RpcError:
                    return
                acknowledged[number] = answer.permit.permit_id

        threads = [threading.Thread(target=dial, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        time.sleep(0.05 + 0.07 * round_)
        os.kill(process.pid, signal.SIGKILL)
        for thread in threads:
            thread.join()
    reopened = SqliteLedger.open(str(ledger))
    kept = {
        number: reopened.read(lambda tx, n=number: tx.attempts.permit(acknowledged[n]))
        for number in acknowledged
    }
    reopened.close()

    assert acknowledged
    assert all(kept.values())
    assert len({found[0].id for found in kept.values()}) == len(acknowledged)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "rules"),
        (["--rules", "nowhere", "--ledger", "sqlite:x"], "nowhere"),
        (["--rules", "rules/cn", "--ledger", "oracle:x"], "sqlite:PATH"),
        (["--rules", "rules/cn", "--ledger", "sqlite:/no/such/folder/l"], "cannot open"),
        (["--rules", "rules/cn", "--ledger", "sqlite:x", "--zone", "Asia/Nowhere"], "Asia/Nowhere"),
        (["--rules", "rules/cn", "--ledger", "sqlite:x", "--threads", "0"], "threads"),
        (["--rules", "rules/cn", "--ledger", "sqlite:x", "--listen", "0.0.0.0:0"], "--tokens"),
    ],
)
def test_settings_that_cannot_work_are_named_and_end_with_1(words, said):
    ran = subprocess.run(
        [sys.executable, "server.py", *words], cwd=ROOT, capture_output=True, text=True, timeout=60
    )

    assert ran.returncode == 1, ran.stderr
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr
