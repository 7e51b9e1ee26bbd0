"""The pages for rule authors are run as they are written."""

import shutil
from contextlib import ExitStack
from pathlib import Path

import pytest
from typed_pages import BLOCK, COMMAND, HOME, free_port, matches, run, server


@pytest.mark.parametrize("page", ["writing-rules.md", "writing-rules.zh.md", "decision-tables.md"])
def test_a_newcomer_who_follows_the_page_sees_what_it_says(page: str, tmp_path: Path) -> None:
    shutil.copytree(HOME / "rules", tmp_path / "rules")
    for file in ("docs/examples/capacity.yaml", "server.py"):
        shutil.copy(HOME / file, tmp_path)
    blocks = list(BLOCK.finditer((HOME / "docs" / page).read_text(encoding="utf-8")))
    assert len(blocks) > 5
    free = f"127.0.0.1:{free_port()}"
    with ExitStack() as servers:
        for block in blocks:
            body = block["body"].replace("127.0.0.1:50051", free)
            if block["file"]:
                path = tmp_path / block["file"]
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(body, encoding="utf-8")
                continue
            for command, expected in COMMAND.findall(body):
                start = command.startswith("python server.py")
                said = servers.enter_context(server(command, tmp_path)) if start else ""
                assert matches(expected, said or run(command, tmp_path)), command
