"""The README is true: its commands run as written, its paths exist, its rule is the shipped one."""

import re
import shlex
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from strategy.domain.event import EventKind
from strategy.portfolio.sample import sample_book

HOME = Path(__file__).resolve().parents[2]
README = (HOME / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    line
    for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
]
BIN = str(Path(sys.executable).parent)


def run(command, out):
    """The command with this environment's programs, writing into a folder of the test's own."""
    words = [
        w.replace(".venv/bin", BIN).replace("demo-out", str(out)) for w in shlex.split(command)
    ]
    return subprocess.run(words, cwd=HOME, capture_output=True, text=True, timeout=600)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """`make demo`, on a small sample."""
    out = tmp_path_factory.mktemp("readme") / "out"
    ran = subprocess.run(
        [f"{BIN}/strategy", "demo", "--out", out, "--accounts", "900"],
        cwd=HOME,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return out, ran.stdout


def test_the_demo_tells_what_happened_and_what_to_try_next(demo):
    out, said = demo

    for words in (
        "proven by durable_rules",
        "no violation",
        "the same as above",
        "duplicate dials by a second dialer, refused",
        "permits refused: limit, rule, times, an example",
        "Try next",
    ):
        assert words in said
    (tried,) = re.findall(r"forbidden dials refused +(\d+) of (\d+)", said)
    assert tried[0] == tried[1]
    assert int(tried[0]) > 5
    page = (out / "report.html").read_text(encoding="utf-8")
    assert page.count('<table class="heat">') == 1
    assert page.count('<table class="bars">') == 3
    assert "A dialer's first half hour" in page


def test_the_demo_keeps_its_hands_off_a_folder_that_is_not_its_own(tmp_path):
    (tmp_path / "diary.txt").write_text("dear diary")
    ran = subprocess.run(
        [f"{BIN}/strategy", "demo", "--out", tmp_path], cwd=HOME, capture_output=True, text=True
    )

    assert ran.returncode == 1
    assert "choose another --out" in ran.stderr
    assert (tmp_path / "diary.txt").exists()


def test_every_command_of_the_readme_runs_as_written(demo):
    out, _ = demo
    for command in COMMANDS:
        if command.startswith("make "):
            target = command.split()[1]
            assert f"\n{target}:" in (HOME / "Makefile").read_text(encoding="utf-8")
        elif "server.py" in command:
            assert _serves(command, out)
        else:
            ran = run(command, out)
            assert ran.returncode == 0, f"{command}\n{ran.stdout}{ran.stderr}"


def _serves(command, out):
    """The server starts with these words, on a free port instead of the named one."""
    words = shlex.split(command.replace("50051", "0").replace("demo-out", str(out)))
    words[0] = sys.executable
    with subprocess.Popen(words, cwd=HOME, stdout=subprocess.PIPE, text=True) as server:
        listening = server.stdout.readline().startswith("listening on 127.0.0.1:")
        server.terminate()
        return listening and server.wait(timeout=20) == 0


def test_every_path_of_the_readme_exists():
    named = set(
        re.findall(
            r"`((?:strategy|rules|protos|docs|loadtest|benchmarks)(?:/[\w./-]+)?|[\w-]+\.(?:py|md)|LICENSE)`",
            README,
        )
    )

    assert len(named) > 20
    assert [path for path in named if not (HOME / path).exists()] == []


def test_the_rule_in_the_readme_is_the_shipped_one():
    (rule,) = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)

    assert rule in (HOME / "rules" / "house" / "holds.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text", sorted(p.name for p in (HOME / "docs" / "decisions").glob("0*.md"))
)
def test_every_decision_says_what_was_chosen_why_and_what_would_change_it(text):
    said = (HOME / "docs" / "decisions" / text).read_text(encoding="utf-8")

    assert said.startswith("# ")
    if "dependencies" not in text:
        for part in ("**Chosen.**", "**Why.**", "**What would change it.**"):
            assert part in said


@pytest.mark.parametrize("day", [1, 24])
def test_the_account_the_readme_asks_about_is_in_hardship_in_the_demos_sample(day):
    (account,) = re.findall(r"explain demo-out/plan (A\d+)", README)
    book = sample_book(10_000, 7, datetime(2026, 11, day, 12, tzinfo=UTC))
    history = book.history(book.accounts[account].party_id)
    last = history.last(account, EventKind.HARDSHIP, EventKind.HARDSHIP_ENDED)

    assert last is not None
    assert last.kind is EventKind.HARDSHIP
