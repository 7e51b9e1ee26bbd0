"""Stopping a real server under load loses nothing; a second one cannot take its place."""

import signal
import subprocess
import sys
import threading
import time

import grpc
import pytest
from test_server_process import ROOT, ask, bring, server

from strategy.ledger.sqlite import SqliteLedger


def test_sigterm_under_load_ends_with_0_and_loses_nothing_acknowledged(tmp_path):
    acknowledged, codes = {}, set()
    with server(tmp_path / "ledger") as (process, channel):
        bring(channel, range(600))

        def dial(first):
            for number in range(first, 600, 4):
                try:
                    acknowledged[number] = ask(channel, number).permit.permit_id
                except grpc.RpcError as error:
                    codes.add(error.code())
                    return

        threads = [threading.Thread(target=dial, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        time.sleep(0.15)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
        for thread in threads:
            thread.join()
        assert "Traceback" not in process.stderr.read()
    ledger = SqliteLedger.open(str(tmp_path / "ledger"))
    kept = [ledger.read(lambda tx, p=p: tx.attempts.permit(p)) for p in acknowledged.values()]
    ledger.close()

    assert acknowledged
    assert all(kept)
    assert codes <= {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED}


@pytest.fixture
def place(tmp_path):
    """A file has one server; a database has several."""
    return f"sqlite:{tmp_path / 'ledger.db'}"


def test_a_second_server_on_the_same_address_or_ledger_is_told_so(served, tmp_path):
    for ledger, listen, said in (
        (tmp_path / "other.db", served.address, "cannot listen"),
        (tmp_path / "ledger.db", "127.0.0.1:0", "another process"),
    ):
        command = [sys.executable, ROOT / "server.py", "--rules", ROOT / "rules" / "cn"]
        command += ["--ledger", f"sqlite:{ledger}", "--listen", listen]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert ran.returncode == 1, ran.stderr
        assert said in ran.stderr
        assert "Traceback" not in ran.stderr
