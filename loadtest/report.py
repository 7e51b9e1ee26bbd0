"""The report of a load test as one HTML page that loads nothing."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from loadtest.limits import GENERATOR, OTHERS
from loadtest.pictures import lines, side_by_side


def page(found: dict[str, Any]) -> str:
    """`found` is what report.json holds."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
    )
    load = found["load"]
    return environment.get_template("report.html").render(
        found=found,
        load=load,
        held=all(line["held"] for line in found["lines"]),
        generator_full=load["first_limit"] == GENERATOR,
        disturbed=load["first_limit"] == OTHERS,
        pictures=_pictures(found),
        knee=found.get("knee"),
        against=found.get("against"),
    )


def _pictures(found: dict[str, Any]) -> dict[str, str]:
    load, p99 = found["load"], found["scenario"]["passes"]["p99_ms"]
    seconds = [row["second"] for row in load["over_time"]]
    at = [sample["at"] for sample in load["samples"]]

    def over(*names: str) -> dict[str, list[float]]:
        return {name: [row[name] for row in load["over_time"]] for name in names}

    def seen(**names: str) -> dict[str, list[float]]:
        return {
            label.replace("_", " "): [sample[name] for sample in load["samples"]]
            for label, name in names.items()
        }

    drawn = {
        "rate": lines(
            seconds, over("offered", "achieved"), "calls a second", marks=load["meanwhile"]
        ),
        "latency": lines(
            seconds, over("p50_ms", "p99_ms"), "ms, all calls", limit=p99, logarithmic=True
        ),
        "cores": lines(
            at,
            seen(server="server_cores", writer="writing", generator="generator_cores"),
            "cores, share of time",
        ),
        "queues": lines(
            at,
            seen(
                calls_waiting="calls_waiting",
                writes_waiting="writes_waiting",
                works_an_fsync="batch",
            ),
            "number",
        ),
        "fsyncs": lines(at, seen(batches_a_second="batches"), "fsyncs a second"),
        "memory": lines(at, seen(server="server_mib"), "MiB"),
    }
    if found.get("knee"):
        steps = found["knee"]["runs"][0]["steps"]
        drawn["knee"] = lines(
            [step["offered"] for step in steps],
            {
                f"run {number}, p99": [step["p99_ms"] for step in run["steps"]]
                for number, run in enumerate(found["knee"]["runs"], 1)
            },
            "ms",
            below="decisions a second offered",
            limit=found["knee"]["p99_ms"],
            logarithmic=True,
        )
    return side_by_side(drawn)
