"""The tokens file: mistakes with their lines, and the command that writes it."""

from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from strategy.cli.tokens import command
from strategy.errors import InputError
from strategy.token_file import Role, Token, entry, hashed, parse_tokens, read_tokens

GOOD = f"""\
- name: dialer-1
  roles: [dialer]
  sha256: {"a" * 64}
"""
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001
    lambda t: t.replace(microsecond=0, tzinfo=UTC)
)


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        ("dialer-1", "dialer 1", "1:9", "`name` must be"),
        ("[dialer]", "[dailer]", "2:11", "is no role"),
        ("[dialer]", "[]", "2:10", "`roles` must be a list"),
        ("[dialer]", "dialer", "2:10", "`roles` must be a list"),
        ("a" * 64, "a" * 63, "3:11", "`sha256` must be 64 hex digits"),
        ("sha256", "token", "3:3", "`token` is unknown"),
        ("  sha256", "  rate: 0\n  sha256", "3:9", "`rate` must be"),
        ("  sha256", "  rate: true\n  sha256", "3:9", "`rate` must be"),
        ("  sha256", '  agency: ""\n  sha256', "3:11", "`agency` must be"),
        ("  sha256", '  to: "2026-11-25"\n  sha256', "3:7", "`to` is no instant"),
        ("- name: dialer-1\n ", "-", "1:3", "`name` is missing"),
        (GOOD, GOOD + GOOD, "4:3", "stands here twice"),
        (
            GOOD,
            GOOD + GOOD.replace("a" * 64, "b" * 64).replace("[d", "[auditor, d"),
            "4:3",
            "other",
        ),
        (GOOD, "name: x", "1:1", "must be a list of tokens"),
    ],
)
def test_a_mistake_is_told_with_its_place(old, new, place, said):
    with pytest.raises(InputError) as error:
        parse_tokens(GOOD.replace(old, new), "tokens.yaml")

    assert f"tokens.yaml:{place}: " in str(error.value)
    assert said in str(error.value)


def test_every_mistake_is_told_at_once():
    text = GOOD.replace("dialer-1", "d 1").replace("[dialer]", "[x]").replace("a" * 64, "short")
    with pytest.raises(InputError) as error:
        parse_tokens(text, "tokens.yaml")

    assert str(error.value).count("tokens.yaml:") == 1 + 3  # the file itself, then each


@given(
    st.builds(
        Token,
        name=st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,20}", fullmatch=True),
        roles=st.frozensets(st.sampled_from(Role), min_size=1),
        sha256=st.text().map(hashed),
        start=st.none() | INSTANTS.filter(lambda t: t.year < 2050),
        end=st.none() | INSTANTS.filter(lambda t: t.year >= 2050),
        agency=st.sampled_from(["", "acme", "null", "7", "东方外包"]),
        rate=st.none() | st.integers(1, 1_000_000),
    )
)
def test_what_is_written_is_read_back(token):
    assert parse_tokens(entry(token), "tokens.yaml") == (token,)


def test_a_new_token_is_shown_once_and_kept_as_its_hash(tmp_path):
    file = tmp_path / "tokens.yaml"
    run = CliRunner()
    words = ["new", "--name", "dialer-1", "--role", "dialer", "--file", str(file)]
    made = [run.invoke(command, [*words, "--rate", "50"]) for _ in range(2)]
    listed = run.invoke(command, ["list", "--file", str(file)]).stdout

    secrets = [one.stdout.strip() for one in made]
    assert [one.sha256 for one in read_tokens(file)] == [hashed(secret) for secret in secrets]
    assert len(set(secrets)) == 2
    assert all(secret.startswith("cst_") and len(secret) > 40 for secret in secrets)
    assert not any(secret in file.read_text() + listed for secret in secrets)
    assert listed.count("dialer-1 ") == 2
    assert file.stat().st_mode & 0o077 == 0
    assert [one.rate for one in read_tokens(file)] == [50, 50]


def test_a_token_that_contradicts_another_changes_no_file(tmp_path):
    file = tmp_path / "tokens.yaml"
    run = CliRunner()
    words = ["new", "--name", "one", "--file", str(file), "--role"]
    assert run.invoke(command, [*words, "dialer"]).exit_code == 0
    before = file.read_text()
    second = run.invoke(command, [*words, "auditor"])

    assert isinstance(second.exception, InputError)
    assert file.read_text() == before


def test_a_file_that_everybody_can_write_is_refused(tmp_path):
    file = tmp_path / "tokens.yaml"
    file.write_text(GOOD)
    file.chmod(0o646)
    with pytest.raises(InputError, match="chmod o-w"):
        read_tokens(file)
