"""The files of `docs/deploy` say what the server understands."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from strategy.settings import _FLAGS, read_settings

DEPLOY = Path(__file__).resolve().parents[2] / "docs" / "deploy"


def of_compose():
    services = YAML(typ="safe").load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return services["services"]["server-1"]["environment"]


def of_systemd():
    lines = (DEPLOY / "strategy.env").read_text(encoding="utf-8").splitlines()
    found = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    unit = (DEPLOY / "strategy@.service").read_text(encoding="utf-8")
    (listen,) = (line for line in unit.splitlines() if line.startswith("Environment="))
    name, value = listen.removeprefix("Environment=").split("=", 1)
    return found | {name: value.replace("%i", "50051")}


@pytest.mark.parametrize("environment", [of_compose, of_systemd])
def test_the_server_understands_every_setting(environment):
    given = environment()
    settings = read_settings([], given)

    assert settings.ledger == given["STRATEGY_LEDGER"]
    assert settings.listen == "0.0.0.0:50051"
    assert set(given) <= {f"STRATEGY_{name.upper()}" for name in _FLAGS}


def test_stopping_waits_longer_than_the_grace_that_running_calls_get():
    unit = (DEPLOY / "strategy@.service").read_text(encoding="utf-8")
    (stop,) = (line for line in unit.splitlines() if line.startswith("TimeoutStopSec="))

    assert int(stop.partition("=")[2]) > read_settings([], of_systemd()).grace_s
