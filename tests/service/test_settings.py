"""Flags and environment of the server."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from strategy.settings import BadSettings, read_settings

NEEDED = ["--rules", "rules/cn", "--ledger", "sqlite:book.db"]


def test_what_is_not_said_has_the_documented_default():
    settings = read_settings(NEEDED, {})

    assert settings.rules == (Path("rules/cn"),)
    assert settings.ledger == "sqlite:book.db"
    assert settings.listen == "127.0.0.1:50051"
    assert settings.zone == "Asia/Shanghai"
    assert (settings.threads, settings.grace_s) == (16, 10.0)
    assert settings.clock_start is None


def test_the_environment_speaks_where_flags_do_not_and_flags_win():
    environment = {
        "STRATEGY_RULES": "a:b",
        "STRATEGY_LEDGER": "sqlite:/var/ledger.db",
        "STRATEGY_LISTEN": "[::1]:0",
        "STRATEGY_THREADS": "4",
        "STRATEGY_CLOCK_START": "2026-03-10T09:00:00+08:00",
    }
    settings = read_settings(["--threads", "8"], environment)

    assert settings.rules == (Path("a"), Path("b"))
    assert settings.ledger == "sqlite:/var/ledger.db"
    assert settings.listen == "[::1]:0"
    assert settings.threads == 8
    assert settings.clock_start == datetime(2026, 3, 10, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("flag", "value"),
    [
        ("ledger", "postgres://x"),
        ("ledger", "sqlite:"),
        ("ledger", "postgresql://"),
        ("listen", "50051"),
        ("listen", "localhost:99999"),
        ("listen", ":50051"),
        ("zone", "Mars/Base"),
        ("threads", "0"),
        ("threads", "2.5"),
        ("threads", "many"),
        ("grace", "-1"),
        ("grace", "nan"),
        ("clock-start", "2026-03-10T09:00:00"),
        ("clock-start", "tomorrow"),
        ("traces", "127.0.0.1:4317"),
        ("traces", "http://"),
        ("trace-share", "1.1"),
    ],
)
def test_a_bad_value_is_named_by_its_flag(flag, value):
    with pytest.raises(BadSettings) as said:
        read_settings([*NEEDED, f"--{flag}={value}"], {})

    assert str(said.value).startswith(f"--{flag}: ")
    assert "\n" not in str(said.value)


def test_every_problem_is_told_at_once():
    with pytest.raises(BadSettings) as said:
        read_settings(["--zone", "x", "--threads", "-"], {})

    assert [line.split(":")[0] for line in str(said.value).splitlines()] == [
        "--rules",
        "--ledger",
        "--zone",
        "--threads",
    ]


def test_a_flag_nobody_knows_is_an_error():
    with pytest.raises(BadSettings, match="--rule-dir"):
        read_settings([*NEEDED, "--rule-dir", "x"], {})


@pytest.mark.parametrize("host", ["0.0.0.0", "[::]", "10.1.2.3", "strategy.example"])
def test_beyond_this_machine_certificates_and_tokens_are_needed_and_both_fixes_are_told(host):
    with pytest.raises(BadSettings) as said:
        read_settings([*NEEDED, "--listen", f"{host}:50051"], {})
    plain, open_ = str(said.value).splitlines()

    assert "--tls-cert and --tls-key, or --plaintext on" in plain
    assert "--tokens" in open_


def test_tls_in_front_does_not_replace_tokens():
    words = [*NEEDED, "--listen", "0.0.0.0:50051", "--plaintext", "on"]
    with pytest.raises(BadSettings) as said:
        read_settings(words, {})

    assert "--tokens" in str(said.value)
    assert "\n" not in str(said.value)
    assert read_settings([*words, "--tokens", "t.yaml"], {}).tls is None


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "[::1]", "localhost"])
def test_this_machine_alone_needs_neither(host):
    settings = read_settings([*NEEDED, "--listen", f"{host}:0"], {})

    assert (settings.tls, settings.tokens) == (None, None)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--tls-cert", "a.pem"], "--tls-key: is missing"),
        (["--tls-key", "a.key"], "--tls-cert: is missing"),
        (["--tls-client-ca", "ca.pem"], "--tls-client-ca: needs --tls-cert"),
        (["--reflection", "maybe"], "--reflection: `maybe` must be on or off"),
        (["--log", "xml"], "--log: `xml` must be json or text"),
        (["--rate", "0"], "--rate: `0` must be"),
        (["--message-kib", "8"], "--message-kib: `8` must be"),
    ],
)
def test_what_guards_the_server_is_checked(words, said):
    with pytest.raises(BadSettings) as error:
        read_settings([*NEEDED, *words], {})

    assert str(error.value).startswith(said)
