"""A rulebook comes into force proven, or not at all."""

import multiprocessing
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from rule_text import CN, draft, house

from strategy.errors import PublicationRefused
from strategy.publish import RulebookShelf, publish
from strategy.rules.diagnostic import RuleError
from strategy.rules.durable import fired_by_each
from strategy.rules.proof import differences, rules_to_fire, verdict_tables
from strategy.rules.rulebook import Rulebook
from strategy.rules.source import RuleFile

LAW = RuleFile("rules/cn/test.yaml", CN)
GOOD = (LAW, house("{attorney: true} -> {hold: all}"))
OTHER = (LAW, house("{attorney: true} -> {hold: sms}"))
ROOT = Path(__file__).parents[2]


def lying(rules: Sequence[Sequence[int]]) -> list[list[int]]:
    """A child that says that nothing ever fires."""
    return [[] for _ in rules]


def forgetting(rules: Sequence[Sequence[int]]) -> list[list[int]]:
    return fired_by_each(rules)[1:]


def crashing(rules: Sequence[Sequence[int]]) -> list[list[int]]:
    os.abort()


def hanging(rules: Sequence[Sequence[int]]) -> list[list[int]]:
    time.sleep(60)
    raise AssertionError


def failing(rules: Sequence[Sequence[int]]) -> list[list[int]]:
    raise ValueError("durable_rules answered 303")


def test_a_published_rulebook_decides() -> None:
    book = publish(GOOD)
    assert [ref.id for ref in book.decide({"attorney": True}, "CN").fired] == ["CN-1", "H-1"]
    assert [ref.id for ref in book.decide({"attorney": False}, "CN").fired] == ["CN-1"]


@pytest.mark.parametrize(
    ("fire", "message"),
    [
        (lying, "the proof found 3 differences; the first: CN-1 at .* where nothing holds"),
        (forgetting, "the proof is not of these rules"),
        (crashing, r"the proof crashed \(exit code -6\)"),
        (failing, "the proof failed: durable_rules answered 303"),
    ],
)
def test_a_proof_that_fails_in_any_way_refuses_publication(fire: object, message: str) -> None:
    with pytest.raises(PublicationRefused, match=message):
        publish(GOOD, fire=fire)  # type: ignore[arg-type]


def test_a_proof_that_hangs_is_killed_at_its_deadline() -> None:
    started = time.monotonic()
    with pytest.raises(PublicationRefused, match=r"took longer than 0\.5 seconds"):
        publish(GOOD, deadline_s=0.5, fire=hanging)
    assert time.monotonic() - started < 10


def test_rules_that_do_not_compile_are_never_proven() -> None:
    with pytest.raises(RuleError):
        publish([RuleFile("x.yaml", "a: b")], fire=hanging)


def test_the_shelf_keeps_the_previous_rulebook_whatever_goes_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shelf = RulebookShelf(GOOD)
    first = shelf.current
    with pytest.raises(RuleError):
        shelf.replace([LAW, RuleFile("x.yaml", "a: b")])
    assert shelf.current is first

    monkeypatch.setattr("strategy.publish.fired_apart", lambda rules, *_: lying(rules))
    with pytest.raises(PublicationRefused):
        shelf.replace(OTHER)
    assert shelf.current is first
    monkeypatch.undo()

    def refuse(old: Rulebook, new: Rulebook) -> None:
        assert old is first
        raise PublicationRefused(f"not {new.hash}")

    with pytest.raises(PublicationRefused):
        shelf.replace(OTHER, refuse)
    assert shelf.current is first

    shelf.replace(OTHER)
    assert shelf.current.hash != first.hash


def test_publishing_starts_no_thread_and_leaves_no_child() -> None:
    before = threading.enumerate()
    publish(GOOD)
    assert threading.enumerate() == before
    assert multiprocessing.active_children() == []


def test_a_planted_difference_is_found_and_named() -> None:
    rules = draft("{all: [{attorney: true}, {stage: late}]} -> {hold: all}")
    tables = verdict_tables(rules, fired_by_each(rules_to_fire(rules)))
    assert differences(rules, tables) == []

    tables[0][-1, -1] = not tables[0][-1, -1]

    assert differences(rules, tables) == [
        "H-1 at rules/house/test.yaml:5: durable_rules and the masks differ "
        "where attorney = true and stage = late holds",
    ]


def test_the_child_that_proves_loads_the_engine_and_not_the_service() -> None:
    """Or each proof costs what starting the service costs."""
    code = (
        "import sys, strategy.proof_process\n"
        "print(sorted(m for m in sys.modules if m.partition('.')[0] in ('numpy', 'polars')))\n"
        "print(sorted(m for m in sys.modules if m.startswith('strategy.')))\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert ran.stdout.splitlines() == [
        "[]",
        "['strategy.errors', 'strategy.proof_process', 'strategy.rules', 'strategy.rules.durable']",
    ]


def test_the_hash_is_the_same_in_every_process() -> None:
    code = (
        "from pathlib import Path\n"
        "from strategy.rule_files import read_rule_files\n"
        "from strategy.rules.draft import compile_rules\n"
        "from strategy.rules.group import mask_algebra\n"
        "from strategy.rules.rulebook import Rulebook\n"
        "d = compile_rules(read_rule_files([Path('rules')]))\n"
        "print(Rulebook(d, [mask_algebra(g) for g in d.groups]).hash)\n"
    )
    hashes = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(hashes) == 1


def test_the_hash_names_the_content_and_not_the_files() -> None:
    law, ours = GOOD
    elsewhere = [RuleFile("/srv/z.yaml", law.text), RuleFile("/srv/a.yaml", ours.text)]
    assert publish(GOOD).hash == publish(elsewhere).hash
    assert publish(GOOD).hash != publish(OTHER).hash
