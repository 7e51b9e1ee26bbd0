"""The report of a load test as one HTML page that loads nothing."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from loadtest.knee import SPREAD
from loadtest.limits import GENERATOR, OTHERS
from loadtest.pictures import Points, lines, side_by_side


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
        far_apart=found.get("knee", {}).get("spread", 0) > SPREAD,
        against=found.get("against"),
    )


def _pictures(found: dict[str, Any]) -> dict[str, str]:
    load, p99 = found["load"], found["scenario"]["passes"]["p99_ms"]
    seconds = [row["second"] for row in load["over_time"]]
    at = [sample["at"] for sample in load["samples"]]

    def over(*names: str) -> dict[str, Points]:
        return {name: (seconds, [row[name] for row in load["over_time"]]) for name in names}

    def seen(**names: str) -> dict[str, Points]:
        return {
            label.replace("_", " "): (at, [sample[name] for sample in load["samples"]])
            for label, name in names.items()
        }

    cores = seen(server="server_cores", writer="writing", generator="generator_cores")
    queues = seen(
        calls_waiting="calls_waiting", writes_waiting="writes_waiting", works_an_fsync="batch"
    )
    drawn = {
        "rate": lines(over("offered", "achieved"), "calls a second", marks=load["meanwhile"]),
        "latency": lines(over("p50_ms", "p99_ms"), "ms, all calls", limit=p99, logarithmic=True),
        "cores": lines(cores, "cores, share of time"),
        "queues": lines(queues, "number"),
        "fsyncs": lines(seen(batches_a_second="batches"), "fsyncs a second"),
        "memory": lines(seen(server="server_mib"), "MiB"),
    }
    if knee := found.get("knee"):
        drawn["knee"] = lines(
            {
                f"run {number}, p99": (
                    [step["offered"] for step in run["steps"]],
                    [step["p99_ms"] for step in run["steps"]],
                )
                for number, run in enumerate(knee["runs"], 1)
            },
            "ms",
            below="decisions a second offered",
            limit=knee["p99_ms"],
            logarithmic=True,
        )
    return side_by_side(drawn)
