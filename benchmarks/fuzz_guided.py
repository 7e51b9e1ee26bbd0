"""Everything that reads what people write, under a fuzzer that is guided by coverage (Atheris).

    python benchmarks/fuzz_guided.py --inputs 5000 --seed 1 --keep found

The same readers and first inputs as `fuzz_parsers.py`; libFuzzer keeps what reaches new code of
ours and goes on from there. A crash is whatever is not one of our errors, or an input that takes
longer than `--seconds` by the clock. libFuzzer ends a process at its first crash, so each reader
has a process of its own. Ends with 2 where one crashed. Needs the extra `bench`.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from strategy.errors import StrategyError

READERS = (
    "rules in YAML",
    "rules in English",
    "rules in Chinese",
    "rules in tables",
    "tests of rules",
    "capacity",
    "mapping of an import",
    "rows of an import",
    "portfolio.json",
)
"""As in `fuzz_parsers.readers`. plan.json is left out: reading it proves rules, too slow here."""
LARGEST = 16_384
"""Bytes of an input. The longest shipped file is longer, and first inputs are cut to this."""


def fuzz(reader: str, inputs: int, seed: int, seconds: int, keep: Path) -> None:
    """Never returns: libFuzzer ends the process."""
    import atheris

    with atheris.instrument_imports(include=["strategy"]):
        import fuzz_parsers
    corpus = Path(tempfile.mkdtemp())
    read, good = fuzz_parsers.readers(Path(tempfile.mkdtemp()))[reader]
    for number, data in enumerate(good):
        (corpus / f"{number:04}").write_bytes(data[:LARGEST])

    def one(data: bytes) -> None:
        try:
            read(data)
        except StrategyError:
            return

    told = [f"-runs={inputs}", f"-seed={seed}", f"-timeout={seconds}", f"-max_len={LARGEST}"]
    atheris.Setup([sys.argv[0], *told, f"-artifact_prefix={keep}/", str(corpus)], one)
    atheris.Fuzz()


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--inputs", type=int, default=5000, help="for each reader")
    asked.add_argument("--seed", type=int, default=1, help="from 1: libFuzzer takes 0 as any")
    asked.add_argument("--seconds", type=int, default=20, help="by the clock, for an input")
    asked.add_argument("--only", default="", help="readers with this in their name")
    asked.add_argument("--keep", type=Path, default=Path("found"), help="folder for crashes")
    asked.add_argument("--reader", choices=READERS, help=argparse.SUPPRESS)
    options = asked.parse_args()
    keep = options.keep.absolute()
    if options.reader:
        fuzz(options.reader, options.inputs, options.seed, options.seconds, keep)
    keep.mkdir(parents=True, exist_ok=True)
    crashed = False
    for reader in READERS:
        if options.only not in reader:
            continue
        command = [sys.executable, __file__, "--reader", reader, "--keep", str(keep)]
        command += [f"--{name}={getattr(options, name)}" for name in ("inputs", "seed", "seconds")]
        ended = subprocess.run(command, capture_output=True, text=True, errors="replace")
        reached = re.findall(r"cov: (\d+) ft: (\d+) corp: (\d+)", ended.stderr)
        first, last = (reached[0], reached[-1]) if reached else (("?",) * 3,) * 2
        print(f"{reader}: branches {first[0]} to {last[0]}, kept {last[2]} inputs,", end=" ")
        if ended.returncode:
            crashed = True
            (keep / f"{reader.replace(' ', '-')}.log").write_text(ended.stderr, encoding="utf-8")
        print(f"ended with {ended.returncode}" if ended.returncode else "no crash", flush=True)
    return 2 if crashed else 0


if __name__ == "__main__":
    sys.exit(main())
