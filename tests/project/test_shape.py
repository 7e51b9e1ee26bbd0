"""Small files, no drawers, generated code up to date, lock files without addresses."""

import re
import subprocess
import sys
from pathlib import Path
from statistics import median

HOME = Path(__file__).resolve().parents[2]
SOURCES = [p for p in (HOME / "strategy").rglob("*.py") if "api" not in p.parts]


def test_no_file_is_longer_than_400_lines_and_half_are_at_most_80():
    lengths = {p: len(p.read_text(encoding="utf-8").splitlines()) for p in SOURCES}

    assert max(lengths.values()) <= 400
    assert median(lengths.values()) <= 80


def test_no_file_is_a_drawer():
    drawers = {"utils", "util", "common", "helpers", "manager", "handler", "misc", "base"}

    assert not [p for p in SOURCES if p.stem in drawers]


def test_lock_files_pin_everything_by_hash_and_name_no_address():
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (HOME / name).read_text(encoding="utf-8")
        assert "://" not in text
        pins = re.findall(r"^[a-z0-9].*==", text, re.MULTILINE)
        assert len(pins) > 20
        assert text.count("--hash=sha256:") >= len(pins)


def test_generated_code_is_what_the_protos_say(tmp_path):
    protos = sorted((HOME / "protos").rglob("*.proto"))
    command = [sys.executable, "-m", "grpc_tools.protoc", f"-I{HOME / 'protos'}"]
    command += [f"--python_out={tmp_path}", f"--grpc_python_out={tmp_path}", *map(str, protos)]
    subprocess.run(command, check=True)

    for fresh in (tmp_path / "strategy" / "api" / "v1").glob("*.py"):
        kept = HOME / "strategy" / "api" / "v1" / fresh.name
        assert kept.read_text(encoding="utf-8") == fresh.read_text(encoding="utf-8"), fresh.name
