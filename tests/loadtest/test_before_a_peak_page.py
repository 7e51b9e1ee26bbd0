"""The page's commands run as written, but small and short. No timing is judged."""

import os
import re
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from shutil import copyfile

import pytest
from typed_pages import COMMAND, matches

from loadtest.own_postgres import missing
from loadtest.own_server import OwnServer
from loadtest.scenario import FOLDER, HOME, read_scenario, scenario_path

PAGE = (HOME / "docs" / "before-a-peak.md").read_text(encoding="utf-8")
TYPED = [
    command
    for block in re.findall(r"^( *)```console\n(.*?)```", PAGE, re.DOTALL | re.MULTILINE)
    for command in COMMAND.findall(re.sub(rf"^{block[0]}", "", block[1], flags=re.MULTILINE))
]
SMALL = "--accounts 150 --seconds 3 --factor 0.3 --correctness-only"


@pytest.fixture(scope="module")
def build(tmp_path_factory):
    return tmp_path_factory.mktemp("build")


def typed(command, build, **environment):
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    words = [sys.executable if w == "python" else w.replace("build/", f"{build}/") for w in command]
    return subprocess.run(
        words,
        cwd=HOME,
        env={**os.environ, "PATH": path, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
    )


def of(program):
    return [one for one in TYPED if one[0].startswith(program)]


def small(command):
    """The same load test in the size of a test."""
    once = "" if "--against" in command else "--knee 1"
    few = re.sub(r" --accounts \d+", "", command).replace("--knee 3", once)
    return f"{few} {SMALL}".split()


def absent(command):
    """Why this command cannot be run here; empty where it can."""
    return missing() if "replica-loss" in command else ""


@pytest.fixture(scope="module")
def started(build):
    """All load tests that compare with no other, three at a time: mostly they wait for seconds of
    load to pass, and no timing of theirs is judged."""
    alone = [command for command, _ in of("python -m loadtest ") if "--against" not in command]
    here = [command for command in alone if not absent(command)]
    pool = ThreadPoolExecutor(3)
    try:
        yield {command: pool.submit(typed, small(command), build) for command in here}
    finally:
        pool.shutdown(cancel_futures=True)


def test_every_command_of_the_page_is_run_here():
    assert len(of("python -m loadtest ")) == 8
    assert len(of("python -m loadtest.check ")) == 1
    assert len(of("locust ")) == 1
    assert len(TYPED) == 10


@pytest.mark.parametrize(
    ("command", "expected"), of("python -m loadtest "), ids=lambda text: text.split(" ")[3:4]
)
def test_a_load_test_holds_and_writes_its_page(command, expected, build, started):
    if why := absent(command):
        pytest.skip(why)
    ran = started[command].result() if command in started else typed(small(command), build)

    assert ran.returncode == 0, ran.stdout
    assert matches(expected.replace("build/", f"{build}/"), ran.stdout)
    out = build / re.search(r"--out build/(\S+)", command)[1]
    page = (out / "report.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 6 + ("--knee" in small(command))
    assert "every pass line held" in page
    assert ("Against the run of" in page) == ("--against" in command)
    assert not re.search(r"(src|href)=.?https?:", page)


def test_a_kept_run_is_checked_again(build):
    ((command, expected),) = of("python -m loadtest.check ")
    ran = typed(command.split(), build)

    assert ran.returncode == 0, ran.stdout
    assert matches(expected, ran.stdout)


def test_a_kept_run_that_was_tampered_with_is_caught(build):
    with closing(sqlite3.connect(build / "hot" / "ledger.sqlite")) as db, db:
        db.execute("UPDATE attempt SET outcome = 'unknown' WHERE state = 'done'")
    ran = typed(["python", "-m", "loadtest.check", "build/hot"], build)

    assert ran.returncode == 2
    assert "was lost; unknown stands" in ran.stdout


def test_locust_by_hand_takes_people_from_the_work_list(build, tmp_path):
    """On a copy of the planned ledger of an earlier command."""
    ((command, expected),) = of("locust ")
    copyfile(build / "two" / "ledger.sqlite", tmp_path / "ledger.sqlite")
    text = (FOLDER / "steady.yaml").read_text(encoding="utf-8")
    mine = tmp_path / "mine.yaml"
    mine.write_text(
        text.replace("seconds: 15", "seconds: 3").replace("[15, 40]]", "[3, 40]]"), encoding="utf-8"
    )
    steady = read_scenario(scenario_path("steady"))
    rules = [HOME / folder for folder in steady.rules]
    later = steady.clock + timedelta(hours=5)
    server = OwnServer(
        f"sqlite:{tmp_path / 'ledger.sqlite'}", rules, later, tmp_path / "server.log"
    )
    server.start()
    try:
        words = command.replace("127.0.0.1:50051", server.address).split()
        ran = typed(words, build, LOADTEST_SCENARIO=str(mine), LOADTEST_AHEAD_S=str(server.ahead_s))
    finally:
        server.stop()

    assert ran.returncode == 0, ran.stdout
    assert matches(expected, ran.stdout)


def test_a_folder_that_holds_anything_is_left_alone(tmp_path):
    (tmp_path / "ledger.sqlite").write_text("somebody's")
    ran = typed(["python", "-m", "loadtest", "steady", "--out", str(tmp_path)], tmp_path)

    assert ran.returncode == 1
    assert "choose another --out" in ran.stdout
    assert (tmp_path / "ledger.sqlite").read_text() == "somebody's"
