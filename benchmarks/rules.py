"""A rulebook beside plain polars expressions, zen-engine and CEL, on the same rules.

    python benchmarks/rules.py --accounts 1000000 --rules 100 --seed 0 --json result.json

Rules and accounts are synthetic. Each engine answers the same question, which rules hold for which
account, and every answer is compared with the rulebook's. zen-engine and CEL are optional:
`pip install collections-strategy[bench]`.

- batch: seconds for all accounts; `polars` evaluates every condition as one expression from the raw
  columns, with the same meaning of a missing value, and once without any meaning of it
- online: microseconds for one account (p50, p99)
- publish: compile, fire every rule by durable_rules in a child process, compare, hash
- memory: resident megabytes before and after 200 rulebooks and one million evaluations
"""

import argparse
import json
import random
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from machine import machine

from strategy.domain.facts import Fact
from strategy.publish import publish
from strategy.rules.atom import Between
from strategy.rules.batch import columns
from strategy.rules.condition import AllOf, AnyOf, Condition
from strategy.rules.draft import compile_rules
from strategy.rules.group import mask_algebra
from strategy.rules.rulebook import Rulebook
from strategy.rules.source import RuleFile

LAW = """\
schema: collections-rules/1
pack: cn
kind: law
jurisdictions: [CN]
rules:
  - {id: CN-1, title: Night, when: always, then: {forbid: all, window: ["22:00", "08:00"]},
     force: standard, citation: synthetic, confidence: primary}
"""
FLAGS = ("dispute_open", "complaint_open", "hardship_declared", "attorney", "cease_requested")


def main() -> None:
    arguments = _arguments()
    book = publish(_files(arguments.rules, arguments.seed), 120)
    frame = _accounts(arguments.accounts, arguments.seed)
    facts = frame.head(20_000).to_dicts()
    _say("batch")
    batch = _batch(book, frame)
    _say("online")
    online = _online(book, facts)
    _say("publish")
    files = _files(300, arguments.seed)
    published = _seconds(lambda: publish(files, 120))
    _say("memory")
    memory = _memory(_files(arguments.rules, arguments.seed), facts)
    _say("peers")
    peers = {"zen-engine": _zen, "cel-expr-python": _cel}
    result = {
        "benchmark": "rules",
        "synthetic": True,
        "accounts": arguments.accounts,
        "rules": len(book.rules),
        "seed": arguments.seed,
        "machine": machine("polars"),
        "batch": batch,
        "online": online,
        "publish_300_rules_s": round(published, 2),
        "memory": memory,
        "peers": {name: peer(book, facts[:2_000]) for name, peer in peers.items()},
    }
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(
        f"{len(book.rules)} rules: {arguments.accounts:,} accounts in {batch['rulebook_s']} s, "
        f"{batch['ratio']} x polars, {batch['ratio_without_missing_values']} x polars that ignores "
        f"missing values; one account p50 {online['p50_us']} us, p99 {online['p99_us']} us; "
        f"300 rules published in {published:.1f} s"
    )


def _files(count: int, seed: int) -> list[RuleFile]:
    chance = random.Random(seed)
    lines = ["schema: collections-rules/1", "pack: house", "kind: house", "rules:"]
    for number in range(1, count):
        parts = ", ".join(_question(chance) for _ in range(chance.randint(1, 3)))
        joint = chance.choice(["all", "all", "any"])
        then = chance.choice(["forbid: sms", "hold: voice", "forbid: push", "hold: all"])
        when = f"{{{joint}: [{parts}]}}"
        lines.append(f"  - {{id: H-{number}, title: T, when: {when}, then: {{{then}}}}}")
    house = RuleFile("house.yaml", "\n".join(lines) + "\n")
    law = RuleFile("cn.yaml", LAW)
    try:
        compile_rules([law, house])
    except Exception:  # a rule that can never hold: draw again
        return _files(count, seed + 1_000)
    return [law, house]


def _question(chance: random.Random) -> str:
    match chance.randrange(5):
        case 0:
            return f"{{days_past_due: {{gt: {chance.choice((0, 5, 15, 30, 45, 60, 90, 120))}}}}}"
        case 1:
            amount = chance.choice((50, 200, 500, 1_000, 5_000, 20_000))
            return f'{{overdue: {{ge: "{amount}.00 CNY"}}}}'
        case 2:
            return f"{{broken_promises_90d: {{ge: {chance.choice((1, 2, 3))}}}}}"
        case 3:
            return f"{{product: {chance.choice(('credit_card', 'consumer_loan', 'cash_loan'))}}}"
        case _:
            return f"{{{chance.choice(FLAGS)}: true}}"


def _accounts(count: int, seed: int) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    words = np.array(["credit_card", "consumer_loan", "cash_loan"])
    made: dict[str, Any] = {
        "days_past_due": rng.integers(-5, 200, count),
        "overdue": np.exp(rng.normal(11, 1.5, count)).astype(np.int64),
        "broken_promises_90d": rng.poisson(0.4, count),
        "product": words[rng.integers(0, 3, count)],
        "currency": np.full(count, "CNY"),
        "jurisdiction": np.full(count, "CN"),
    }
    for flag in FLAGS:
        made[flag] = rng.random(count) < 0.05
    frame = pl.DataFrame(made)
    gone = pl.Series(rng.random(count) < 0.01)
    return frame.with_columns(
        pl.when(gone).then(None).otherwise(pl.col("overdue")).alias("overdue")
    )


def _batch(book: Rulebook, frame: pl.DataFrame) -> dict[str, Any]:
    expressions = [_expression(rule.condition) for rule in book.rules]
    typed = columns(frame, book.fields)

    def plain() -> pl.DataFrame:
        return typed.select(e.alias(str(n)) for n, e in enumerate(expressions))

    bare = [_bare(rule.condition) for rule in book.rules]

    def unsafe() -> pl.DataFrame:
        return frame.select(e.alias(str(n)) for n, e in enumerate(bare))

    ours = min(_seconds(lambda: book.decide_batch(frame)) for _ in range(3))
    theirs = min(_seconds(plain) for _ in range(3))
    without = min(_seconds(unsafe) for _ in range(3))
    fired, expected = book.decide_batch(frame).fired, plain()
    wrong = sum(
        int((fired[:, n] != expected[str(n)].to_numpy()).sum()) for n in range(len(book.rules))
    )
    sample = frame.head(10_000)
    rows = book.decide_batch(sample).fired
    ids = [rule.ref.id for rule in book.rules]
    differ = sum(
        {ref.id for ref in book.decide(facts, "CN").fired}
        != {name for name, fires in zip(ids, row, strict=True) if fires}
        for facts, row in zip(sample.to_dicts(), rows, strict=True)
    )
    return {
        "rulebook_s": round(ours, 3),
        "polars_s": round(theirs, 3),
        "ratio": round(ours / theirs, 2),
        "polars_without_missing_values_s": round(without, 3),
        "ratio_without_missing_values": round(ours / without, 2),
        "different_answers": wrong,
        "online_differs_from_batch_of_10000": differ,
    }


def _expression(condition: Condition) -> pl.Expr:
    if isinstance(condition, AllOf):
        parts = [_expression(part) for part in condition.parts]
        return pl.all_horizontal(parts) if parts else pl.lit(True).repeat_by(1).list.first()
    if isinstance(condition, AnyOf):
        return pl.any_horizontal([_expression(part) for part in condition.parts])
    return condition.expression()


def _bare(condition: Condition) -> pl.Expr:
    """The shortest expression, which says nothing of missing values or other currencies."""
    if isinstance(condition, AllOf):
        parts = [_bare(part) for part in condition.parts]
        return pl.all_horizontal(parts) if parts else pl.lit(True).repeat_by(1).list.first()
    if isinstance(condition, AnyOf):
        return pl.any_horizontal([_bare(part) for part in condition.parts])
    value = pl.col(condition.field.name)
    if isinstance(condition, Between):
        low, high = condition.low, condition.high
        if low is None:
            return value <= high
        return value >= low if high is None else value.is_between(low, high)
    return (
        value.is_in(list(condition.values))
        if len(condition.values) > 1
        else (value == condition.values[0])
    )


def _online(book: Rulebook, facts: list[dict[str, Fact]]) -> dict[str, float]:
    spent = []
    for one in facts:
        begin = time.perf_counter_ns()
        book.decide(one, "CN")
        spent.append(time.perf_counter_ns() - begin)
    p50, p99 = np.percentile(spent[1_000:], [50, 99]) / 1_000
    return {"p50_us": round(float(p50), 1), "p99_us": round(float(p99), 1)}


def _memory(files: list[RuleFile], facts: list[dict[str, Fact]]) -> dict[str, float]:
    """Resident megabytes, after a warm-up of both."""

    def reload(times: int) -> Rulebook:
        for _ in range(times):
            compiled = compile_rules(files)
            book = Rulebook(compiled, [mask_algebra(group) for group in compiled.proven])
        return book

    book = reload(20)
    before = _resident()
    book = reload(200)
    after_reloads = _resident()
    for number in range(1_000_000):
        book.decide(facts[number % len(facts)], "CN")
    return {
        "before_mb": before,
        "after_200_rulebooks_mb": after_reloads,
        "after_1000000_evaluations_mb": _resident(),
    }


def _cel_text(condition: Condition) -> str:
    if isinstance(condition, AllOf | AnyOf):
        joint = " && " if isinstance(condition, AllOf) else " || "
        return "(" + (joint.join(map(_cel_text, condition.parts)) or "true") + ")"
    name = condition.field.name
    if isinstance(condition, Between):
        bounds = [f"{name} >= {condition.low}"] if condition.low is not None else []
        bounds += [f"{name} <= {condition.high}"] if condition.high is not None else []
        return "(" + " && ".join(bounds) + ")"
    shown = [str(v).lower() if isinstance(v, bool) else f'"{v}"' for v in condition.values]
    return "(" + " || ".join(f"{name} == {one}" for one in shown) + ")"


def _zen(book: Rulebook, facts: list[dict[str, Fact]]) -> dict[str, Any]:
    """One expression a rule. No missing values, no types, no table of all cases."""
    try:
        import zen  # type: ignore[import-not-found]
    except ImportError:
        return {"skipped": "zen-engine is not installed"}
    texts = [
        _cel_text(rule.condition).replace("&&", "and").replace("||", "or") for rule in book.rules
    ]
    compiled = [zen.compile_expression(text) for text in texts]
    return _peer(book, facts, lambda one: [bool(e.evaluate(one)) for e in compiled])


def _cel(book: Rulebook, facts: list[dict[str, Fact]]) -> dict[str, Any]:
    """One list expression for all rules. Types are checked; a missing value is an error."""
    try:
        from cel_expr_python import cel  # type: ignore[import-not-found]
    except ImportError:
        return {"skipped": "cel-expr-python is not installed"}
    types = {
        name: cel.Type.INT
        if field.kind.name in ("WHOLE", "MONEY")
        else cel.Type.BOOL
        if field.kind.name == "FLAG"
        else cel.Type.STRING
        for name, field in book.fields.items()
    }
    environment = cel.NewEnv(variables=types)
    text = "[" + ", ".join(_cel_text(rule.condition) for rule in book.rules) + "]"
    program = environment.compile(text)
    return _peer(book, facts, lambda one: [bool(v.value()) for v in program.eval(data=one).value()])


def _peer(
    book: Rulebook, facts: list[dict[str, Fact]], evaluate: Callable[[dict[str, Fact]], list[bool]]
) -> dict[str, Any]:
    """Accounts with a missing value are left out: the peers have no meaning for it."""
    whole = [{k: v for k, v in one.items() if v is not None} for one in facts]
    whole = [one for one, raw in zip(whole, facts, strict=True) if len(one) == len(raw)]
    ids = [rule.ref.id for rule in book.rules]
    try:
        spent, wrong = [], 0
        for one in whole:
            begin = time.perf_counter_ns()
            answer = evaluate(one)
            spent.append(time.perf_counter_ns() - begin)
            fired = {ref.id for ref in book.decide(one, "CN").fired}
            wrong += fired != {name for name, holds in zip(ids, answer, strict=True) if holds}
    except Exception as error:
        return {"failed": f"{type(error).__name__}: {error}"[:200]}
    p50, p99 = np.percentile(spent, [50, 99]) / 1_000
    return {
        "accounts": len(whole),
        "p50_us": round(float(p50), 1),
        "p99_us": round(float(p99), 1),
        "different_answers": wrong,
    }


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return round(pages * resource.getpagesize() / 1e6, 1)


def _say(what: str) -> None:
    print(what, file=sys.stderr)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--accounts", type=int, default=1_000_000)
    parser.add_argument("--rules", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json")
    return parser.parse_args()


if __name__ == "__main__":
    main()
