"""Everything that reads what people write, fed with broken writing: an answer or a told mistake.

    python benchmarks/fuzz_parsers.py --inputs 2000 --seed 0 --keep found --json result.json

Inputs are good and bad files of this checkout, spoiled by a seeded mutator: spans cut, doubled,
moved, swapped with another file's, bytes flipped, words of the formats, extreme numbers and strange
characters put in. It does not see which code an input reaches, so it finds less than a fuzzer
guided by coverage would. A crash is whatever is not one of our errors; an input that takes longer
than `--seconds` counts as one. Each crash is kept in the folder `--keep`. Ends with 2 where one
was found.

Parquet is left out: its bytes are read by polars, which panics on broken ones (told as a mistake of
the file) and may then wait for ever.
"""

import argparse
import json
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from machine import machine

from strategy import plan_folder
from strategy.capacity_file import parse_capacity
from strategy.errors import StrategyError
from strategy.limits import check
from strategy.plan import plan_day
from strategy.plan_summary import summarise
from strategy.portfolio import folder as portfolio
from strategy.portfolio.importer import import_portfolio
from strategy.portfolio.mapping import read_mapping
from strategy.portfolio.sample import sample_book
from strategy.rule_files import read_rule_file, read_rule_files
from strategy.rule_forms import PARSERS
from strategy.rule_tests.read_tests import read_tests
from strategy.rules.catalogue import BUILT_IN, Catalogue
from strategy.rules.draft import compile_rules, parse_all
from strategy.rules.read_pack import PackKind
from strategy.rules.rule import Rule
from strategy.rules.source import RuleFile, Table
from strategy.rules.write_yaml import write_rule
from strategy.sentences.conversion import Form, convert

ROOT = Path(__file__).resolve().parents[1]
AT = datetime(2026, 3, 10, 2, tzinfo=UTC)
CAPACITY = """\
zone: Asia/Shanghai
horizon: {from: "09:00", to: "12:00"}
channels: {agent_call: 4, sms: 4}
expected_complaints: 5
"""
STRANGE = [
    b"", b"\x00", b"\xff", b"\xef\xbb\xbf", b"\r\n", b"\r", b"\t", b"\xe2\x80\xae", b"\xed\xa0\x80",
    b"NaN", b"-1", b"99999999999999999999", b"1e400", b"0x1F", b"null", b"~", b"yes", b"&a", b"*a",
    b"<<: *a", b"!!python/object:x", b"---", b"...", b"{", b"}", b"[", b"]" * 300, b"[" * 300, b"'",
    b'"', b"#", b":", b": ", b"- ", b",", b";", b"=cmd()", b"2026-02-30", b"24:00", b"99:99",
    b'"500.00 CNY"', "，".encode(), "。".encode(), "禁止".encode(), b"when", b"then", b"not",
]  # fmt: skip


NUMBER, WORD = re.compile(rb"\d+"), re.compile(rb"[a-z_]{3,}")
NUDGED = 0.7
"""Share of inputs that are good files with a word or number changed; the others are spoiled."""


class Hung(BaseException):
    """Past every `except Exception`."""


@dataclass
class Found:
    """What became of the inputs of one reader."""

    inputs: int = 0
    read: int = 0
    told: int = 0
    slowest_s: float = 0.0
    crashes: list[str] = field(default_factory=list)


def spoiled(dice: random.Random, good: bytes, other: bytes) -> bytes:
    """One to six changes."""
    text = bytearray(good)
    for _ in range(dice.choice((1, 1, 1, 2, 3, 6))):
        here = dice.randint(0, len(text))
        there = min(len(text), here + dice.choice((1, 2, 8, 40)))
        match dice.randint(0, 6):
            case 0:
                del text[here:there]
            case 1:
                text[here:here] = text[here:there] * dice.choice((1, 2, 50))
            case 2:
                text[here:there] = dice.choice(STRANGE)
            case 3:
                text[here:here] = dice.choice(STRANGE)
            case 4 if text:
                text[min(here, len(text) - 1)] = dice.randrange(256)
            case 5:
                start = dice.randint(0, len(other))
                text[here:there] = other[start : start + dice.choice((5, 30, 200))]
            case _:
                lines = bytes(text).split(b"\n")
                dice.shuffle(lines)
                text = bytearray(b"\n".join(lines)) if dice.random() < 0.2 else text
    return bytes(text)


def nudged(dice: random.Random, good: bytes) -> bytes:
    """A number or a word of a file is replaced by another one of it, which most readers can read,
    so that what comes after reading is tried as well."""
    found = list(dice.choice((NUMBER, WORD)).finditer(good))
    if not found:
        return good
    here, there = dice.choice(found), dice.choice(found)
    return good[: here.start()] + there[0] + good[here.end() :]


def readable(read: Callable[[bytes], object], data: bytes) -> bool:
    try:
        read(data)
    except StrategyError:
        return False
    return True


def fuzzed(
    read: Callable[[bytes], object],
    seeds: list[bytes],
    inputs: int,
    dice: random.Random,
    seconds: float,
    keep: Callable[[bytes, str], None],
) -> Found:
    found, places = Found(), set()
    good = [data for data in seeds if readable(read, data)]
    for _ in range(inputs):
        if dice.random() < NUDGED:
            data = nudged(dice, dice.choice(good))
        else:
            data = spoiled(dice, dice.choice(seeds), dice.choice(seeds))
        found.inputs += 1
        began = time.process_time()
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
        try:
            read(data)
            found.read += 1
        except StrategyError:
            found.told += 1
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # what panics in polars is no Exception
            place = traceback.extract_tb(error.__traceback__)[-1]
            what = f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}: {error}"
            key = (type(error), place.filename, place.lineno)
            if key not in places:
                places.add(key)
                found.crashes.append(what[:300])
                keep(data, traceback.format_exc())
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        found.slowest_s = max(found.slowest_s, time.process_time() - began)
    return found


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def rules(name: str, folder: Path) -> Callable[[bytes], object]:
    """Reads a rule file as the command line does."""
    return lambda data: compile_rules(read_rule_file(written(folder / name, data)), PARSERS)


def rule_tests(fields: Catalogue, known: Sequence[str]) -> Callable[[bytes], object]:
    def read(data: bytes) -> object:
        file = RuleFile("x.yaml", data.decode("utf-8", "replace"))
        return read_tests([file], fields, known)

    return read


def alone(rule: Rule, form: str) -> bytes:
    """A file of one shipped rule, in YAML or a language."""
    kind = PackKind.LAW if rule.jurisdictions else PackKind.HOUSE
    lines = ["schema: collections-rules/1", f"pack: {rule.pack}", f"kind: {kind}"]
    if rule.jurisdictions:
        lines.append(f"jurisdictions: [{', '.join(sorted(rule.jurisdictions))}]")
    file = RuleFile("x.yaml", "\n".join([*lines, "", "rules:", write_rule(rule)]))
    if form == "yaml":
        return file.text.encode()
    ((_, _, tree),) = parse_all([file], PARSERS)
    assert isinstance(tree, Table)  # it was written by the program
    return convert(file.name, [(tree, [])], Form(form), BUILT_IN).text.encode()


def seeds(*patterns: str) -> list[bytes]:
    return [path.read_bytes() for pattern in patterns for path in sorted(ROOT.glob(pattern))]


def small_plan(folder: Path) -> Path:
    """A plan of twelve accounts on disk. Its paths are relative, so that spoiled ones stay near."""
    os.chdir(folder)
    shutil.copytree(ROOT / "tests/crash/rules", folder / "rules")
    portfolio.save(sample_book(12, 0, AT), folder / "book", ())
    (folder / "capacity.yaml").write_text(CAPACITY, encoding="utf-8")
    inputs = plan_folder.load_inputs(
        Path("book"),
        Path("capacity.yaml"),
        [Path("rules/cn"), Path("rules/house")],
        AT,
    )
    day = plan_day(inputs.book, inputs.rulebook, inputs.capacity)
    summary = summarise(day, inputs.capacity)
    plan_folder.save(folder / "plan", inputs, day, summary, seed=0, seconds=0.0, csv=False)
    return folder / "plan"


def spoiled_folder(
    good: Path, name: str, load: Callable[[Path], object]
) -> tuple[Callable[[bytes], object], list[bytes]]:
    """A reader of a folder in which one file is spoiled, and what that file holds."""
    copy = good.with_name(f"{good.name}-{name}")
    shutil.copytree(good, copy)
    return (lambda data: (written(copy / name, data), load(copy))), [(good / name).read_bytes()]


def readers(folder: Path) -> dict[str, tuple[Callable[[bytes], object], list[bytes]]]:
    text = (ROOT / "docs/examples/uci-credit-card.mapping.yaml").read_text(encoding="utf-8")
    plain = folder / "plain.mapping.yaml"
    plain.write_text(text.partition("attributes:")[0] + text[text.index("fill:") :], "utf-8")
    mapping = read_mapping(plain)
    rows = b'PAY_0,BILL_AMT1\r\n2,3913\r\n0,-5\r\n1,"1,000"\r\n8,120000\r\n'
    shipped = compile_rules(read_rule_files([ROOT / "rules/cn", ROOT / "rules/house"]), PARSERS)
    single = {form: [alone(r, form) for r in shipped.rules] for form in ("yaml", "en", "zh")}
    every = compile_rules(read_rule_files(sorted(ROOT.glob("rules/*/"))), PARSERS)
    known = [*(rule.ref.id for rule in every.rules), *check.CLOCK_LIMITS, *check.STANDING_LIMITS]
    plan = small_plan(folder)
    return {
        "rules in YAML": (
            rules("x.yaml", folder),
            single["yaml"] + seeds("rules/*/*.yaml", "tests/rules/bad/*.yaml"),
        ),
        "rules in English": (
            rules("x.en.txt", folder),
            single["en"] + seeds("tests/rules/bad/*.en.txt"),
        ),
        "rules in Chinese": (
            rules("x.zh.txt", folder),
            single["zh"] + seeds("tests/rules/bad/*.zh.txt"),
        ),
        "rules in tables": (
            rules("x.csv", folder),
            seeds("docs/examples/*.csv", "tests/tables/bad/*.csv"),
        ),
        "tests of rules": (rule_tests(every.fields, known), seeds("rules/*/tests/*.yaml")),
        "capacity": (
            lambda data: parse_capacity(data.decode("utf-8", "replace"), "x.yaml", AT),
            seeds("docs/examples/capacity.yaml"),
        ),
        "mapping of an import": (
            lambda data: read_mapping(written(folder / "m.yaml", data)),
            [plain.read_bytes(), *seeds("docs/examples/*.mapping.yaml")],
        ),
        "rows of an import": (
            lambda data: import_portfolio(written(folder / "x.csv", data), mapping, AT, 0),
            [rows],
        ),
        "portfolio.json": spoiled_folder(folder / "book", "portfolio.json", portfolio.load),
        "plan.json": spoiled_folder(plan, "plan.json", plan_folder.load),
    }


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--inputs", type=int, default=2000, help="for each reader")
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--seconds", type=float, default=10.0, help="of processor time for an input")
    asked.add_argument("--only", default="", help="readers with this in their name")
    asked.add_argument("--keep", type=Path, help="folder for inputs that crash a reader")
    asked.add_argument("--json", type=Path)
    options = asked.parse_args()
    options.keep = options.keep and options.keep.absolute()
    options.json = options.json and options.json.absolute()

    def hung(*_: object) -> None:
        raise Hung(f"longer than {options.seconds:g} s")

    signal.signal(signal.SIGVTALRM, hung)
    results: dict[str, Found] = {}
    with tempfile.TemporaryDirectory() as name:
        for what, (read, good) in readers(Path(name)).items():
            if options.only not in what:
                continue

            def keep(data: bytes, why: str, what: str = what) -> None:
                if options.keep is not None:
                    options.keep.mkdir(parents=True, exist_ok=True)
                    file = options.keep / f"{what.replace(' ', '-')}-{abs(hash(why)):x}"
                    file.write_bytes(data)
                    file.with_suffix(".txt").write_text(why, encoding="utf-8")

            dice = random.Random(f"{options.seed} {what}")
            inputs = options.inputs // 20 if what == "plan.json" else options.inputs  # it proves
            found = fuzzed(read, good, inputs, dice, options.seconds, keep)
            results[what] = found
            print(
                f"{what}: {found.read} read, {found.told} told, {len(found.crashes)} crashes,"
                f" slowest {found.slowest_s:.2f} s",
                *found.crashes,
                sep="\n  ",
                file=sys.stderr,
            )
    crashes = sum(len(found.crashes) for found in results.values())
    if options.json is not None:
        document = {
            "seed": options.seed,
            "machine": machine(),
            "readers": {what: asdict(found) for what, found in results.items()},
        }
        options.json.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", "utf-8")
    total = sum(found.inputs for found in results.values())
    slowest = max((found.slowest_s for found in results.values()), default=0.0)
    print(f"{total:,} inputs, {crashes} kinds of crash, slowest {slowest:.2f} s")
    return 2 if crashes else 0


if __name__ == "__main__":
    sys.exit(main())
