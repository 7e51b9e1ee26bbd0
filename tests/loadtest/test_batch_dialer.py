"""Batches of a real run: every item is answered, journaled, checked and reported by itself."""

import json
import re
import subprocess
import sys
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from loadtest.figures import read_calls
from loadtest.journal import Answered, Reported, read_journals
from loadtest.scenario import HOME, BadScenario, read_scenario, scenario_path

BATCHES = Path(__file__).with_name("batches.yaml")
BATCH = 15


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    out = tmp_path_factory.mktemp("batches") / "out"
    command = [sys.executable, "-m", "loadtest", str(BATCHES), "--out", str(out)]
    ran = subprocess.run(
        [*command, "--correctness-only"], cwd=HOME, capture_output=True, text=True, timeout=120
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return out


def test_every_item_of_every_batch_has_its_answer(out):
    calls = [call for call in read_calls(out) if call.name == "DecideStream"]
    answers = [line for line in read_journals(out) if isinstance(line, Answered)]

    assert len(calls) > 3
    assert {(call.items, call.status) for call in calls} == {(BATCH, "OK")}
    assert len(answers) == BATCH * len(calls)
    load = json.loads((out / "report.json").read_text(encoding="utf-8"))["load"]
    assert load["check"]["answers"] == len(answers)
    assert load["batch_p99_ms"] > 0


def test_a_batch_that_was_sent_twice_is_answered_once(out):
    answers = Counter(line.request_id for line in read_journals(out) if isinstance(line, Answered))
    assert set(answers.values()) == {1, 2}


def test_each_permit_of_a_batch_gets_its_outcome(out):
    lines = list(read_journals(out))
    permits = {line.permit_id for line in lines if isinstance(line, Answered) and line.permit_id}
    reported = {line.permit_id for line in lines if isinstance(line, Reported)}

    assert permits
    assert reported == permits


def test_a_batch_dialer_needs_a_line_and_a_size(tmp_path):
    text = scenario_path("steady").read_text(encoding="utf-8")
    text = re.sub(r"  batch_p99_ms: \d+\n", "", text).replace("batch: 40", "batch: 1")
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadScenario) as raised:
        read_scenario(path)

    assert "clients.batch_dialer.batch: of the batch_dialer from 2 to 1000" in str(raised.value)
    assert "passes.batch_p99_ms: is for a batch_dialer" in str(raised.value)


class _Page(HTMLParser):
    """Whether tags nest and close; what is loaded or linked."""

    VOID = frozenset({"meta", "br", "hr", "img", "link", "input"})

    def __init__(self):
        super().__init__()
        self.open, self.faults, self.links = [], [], []

    def handle_starttag(self, tag, attrs):
        self.links += [v for name, v in attrs if name in ("src", "href", "xlink:href", "action")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.links += [v for name, v in attrs if name in ("src", "href", "xlink:href")]

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append((tag, self.getpos()))


def test_the_page_is_whole_and_loads_nothing(out):
    text = (out / "report.html").read_text(encoding="utf-8")
    page = _Page()
    page.feed(text)
    page.close()

    assert page.open == []
    assert page.faults == []
    assert [link for link in page.links if not link.startswith("#")] == []
    assert "@import" not in text
    assert not re.search(r"url\((?!#)", text)
    assert "<script" not in text


def test_ids_in_the_page_are_unique(out):
    """Pictures that share an id would borrow each other's clip paths."""
    text = (out / "report.html").read_text(encoding="utf-8")
    found = Counter(re.findall(r'\bid="([^"]+)"', text))

    assert [name for name, count in found.items() if count > 1] == []


def test_pictures_stay_within_their_bounds(out):
    """Every line that is drawn in the picture's own coordinates, and every text."""
    text = (out / "report.html").read_text(encoding="utf-8")
    pictures = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    assert len(pictures) == 6
    for svg in pictures:
        root = ElementTree.fromstring(svg)
        left, top, wide, high = map(float, root.attrib["viewBox"].split())
        for x, y in _points(root):
            assert left <= x <= left + wide
            assert top <= y <= top + high


def _points(root):
    svg = "{http://www.w3.org/2000/svg}"
    defs = {id(one) for part in root.iter(f"{svg}defs") for one in part.iter()}
    for path in root.iter(f"{svg}path"):
        if id(path) not in defs:
            yield from (
                (float(x), float(y))
                for x, y in re.findall(r"[ML] (-?[\d.]+) (-?[\d.]+)", path.attrib["d"])
            )
    for one in root.iter(f"{svg}text"):
        if place := re.match(r"translate\((-?[\d.]+) (-?[\d.]+)\)", one.get("transform", "")):
            yield float(place[1]), float(place[2])
