"""What a preview says is what the two plans say, and nobody changes it afterwards."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from strategy.capacity_file import parse_capacity
from strategy.errors import InputError
from strategy.plan import plan_day
from strategy.portfolio.sample import sample_book
from strategy.preview import Preview, preview
from strategy.preview_artefact import sign, verified
from strategy.publish import publish
from strategy.report.preview_page import preview_page
from strategy.rule_files import read_rule_files
from strategy.rules.source import RuleFile

HOME = Path(__file__).resolve().parents[2]
AT = datetime(2026, 3, 10, tzinfo=UTC)
FILES = read_rule_files([HOME / "rules/cn", HOME / "rules/house"])
QUIET = RuleFile(
    "rules/new/robots.zh.txt",
    "规则包：new\n类型：内部\n"
    "当逾期阶段属于早期时，禁止机器人外呼，原因NEW-01。\n  标题：早期不用机器人\n",
)
KEY = bytes(range(32))


@pytest.fixture(scope="module")
def inputs():
    text = (HOME / "docs/examples/capacity.yaml").read_text(encoding="utf-8")
    book = sample_book(300, seed=3, as_of=AT)
    return book, parse_capacity(text, "capacity.yaml", AT)


@pytest.fixture(scope="module")
def seen(inputs) -> Preview:
    book, capacity = inputs
    digests = {"portfolio": "p", "capacity": "c"}
    old, new = publish(FILES), publish([*FILES, QUIET])
    return preview(book, capacity, old, new, digests=digests)


def test_the_preview_counts_what_the_two_plans_differ_in(inputs, seen: Preview) -> None:
    book, capacity = inputs
    old = plan_day(book, publish(FILES), capacity).plan
    new = plan_day(book, publish([*FILES, QUIET]), capacity).plan

    before, after = ({a.account_id for a in plan.assignments} for plan in (old, new))
    assert seen.old.value_cents == old.value_cents
    assert seen.new.value_cents == new.value_cents
    assert seen.new.value_cents < seen.old.value_cents  # a rule more cannot gain
    assert sum(s.gain for s in seen.contact.segments) == len(after - before)
    assert sum(s.lose for s in seen.contact.segments) == len(before - after)
    assert sum(s.accounts for s in seen.contact.segments) == 300
    assert {a.account_id for a in seen.contact.accounts if not a.after} == before - after
    early = [a for a in seen.contact.accounts if a.segment.startswith("early")]
    assert any("robot_call" in a.before for a in early)
    assert not any("robot_call" in a.after for a in early)


def test_the_preview_names_the_rule_that_is_new(seen: Preview) -> None:
    assert [(change.word, change.rule_id) for change in seen.rules] == [("added", "NEW-01")]
    page = preview_page(seen, "CNY")
    assert "NEW-01" in page
    assert "simulated" in page


def test_the_same_rules_change_nothing(inputs) -> None:
    book, capacity = inputs
    same = publish(FILES)
    digests = {"portfolio": "p", "capacity": "c"}
    found = preview(book, capacity, same, same, digests=digests)

    assert found.rules == ()
    assert found.contact.accounts == ()
    assert found.old == found.new


def test_a_signed_preview_holds_the_rules_that_were_seen(seen: Preview) -> None:
    artefact = verified(sign(seen, [*FILES, QUIET], KEY), KEY)

    assert publish(artefact.files).hash == seen.new.rulebook
    assert artefact.preview == seen


def test_a_preview_that_was_changed_or_signed_by_somebody_else_is_refused(seen: Preview) -> None:
    data = sign(seen, [*FILES, QUIET], KEY)

    with pytest.raises(InputError, match="another key"):
        verified(data, bytes(32))
    body = msgspec.json.decode(data)
    body["files"][-1]["text"] += "\n"
    with pytest.raises(InputError, match="changed after it was signed"):
        verified(msgspec.json.encode(body), KEY)
    with pytest.raises(InputError, match="no preview artefact"):
        verified(b"{}", KEY)
    with pytest.raises(InputError, match="needs 32"):
        sign(seen, FILES, b"short")
