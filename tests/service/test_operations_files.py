"""The files for operations: every metric, alert, health service and call in them exists."""

import json
import re
from datetime import timedelta

import pytest
from certificates import authority
from ruamel.yaml import YAML
from running import ROOT, TEN, Tokens, serving
from test_access import OURS
from wire_messages import a_dial, a_plan_request, error_of

from strategy.api.v1 import plan_pb2
from strategy.service.grpc_server import PLAN, RULEBOOK, SHADOW
from strategy.service.transport import Certificates
from strategy.tls_files import TlsPaths
from strategy.token_file import Role

FOLDER = ROOT / "docs" / "operations"
PAGE = (FOLDER / "README.md").read_text(encoding="utf-8")
ALERTS = YAML(typ="safe").load((FOLDER / "alerts.yaml").read_text(encoding="utf-8"))
RULES = [rule for group in ALERTS["groups"] for rule in group["rules"]]
BOARD = json.loads((FOLDER / "grafana-dashboard.json").read_text(encoding="utf-8"))
CONFIG = json.loads((FOLDER / "service-config.json").read_text(encoding="utf-8"))
QUERIES = [rule["expr"] for rule in RULES] + [
    target["expr"] for panel in BOARD["panels"] for target in panel["targets"]
]
SUFFIXES = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}


@pytest.fixture(scope="module")
def told(tmp_path_factory, shelf):
    """What a server with certificate, tokens and plan tells: for each metric its labels."""
    folder = tmp_path_factory.mktemp("metrics")
    ca = authority(folder / "ca")
    tokens = Tokens(folder)
    token = tokens.add("one", *Role, rate=50, end=TEN + timedelta(days=9))
    tls = Certificates(TlsPaths(*ca.issue("server")))
    with (
        serving(folder, shelf, tokens.file, host="localhost", certificates=tls) as served,
        served.seen_by(token, ca=ca.certificate) as they,
        served.seen_by(ca=ca.certificate) as stranger,
    ):
        they.people(1)
        they.decisions.RequestPermit(a_dial("r1", 1))
        they.decisions.RequestPermit(a_dial("r2", 1))
        error_of(stranger.decisions.RequestPermit, a_dial("r3", 1))
        plan_id = they.plans.CreatePlan(a_plan_request()).plan_id
        list(they.plans.WatchPlan(plan_pb2.WatchPlanRequest(plan_id=plan_id)))
        calls = [they.decisions.RequestPermit.future(a_dial(f"m{n}", 1)) for n in range(200)]
        assert any(call.exception() for call in calls)  # more than its rate
        found = {}
        for family in served.server.metrics.registry.collect():
            labels = {label for sample in family.samples for label in sample.labels}
            for suffix in SUFFIXES[family.type]:
                found[family.name + suffix] = labels
        return found


def test_every_metric_and_label_of_alerts_and_dashboard_is_one_that_a_server_tells(told):
    for query in QUERIES:
        named = re.findall(r"(strategy_\w+)(?:\{(.*?)\})?", query)
        assert named, query
        for name, selectors in named:
            assert name in told, f"{name} in {query}"
            asked = set(re.findall(r"(\w+)=~?\"", selectors))
            assert asked <= told[name], query
        for group in re.findall(r"by \((.*?)\)", query):
            labels = set(group.split(", ")) - {"le"}
            assert labels <= set.union(*(told[name] for name, _ in named)), query


def test_every_metric_that_a_server_tells_is_watched(told):
    watched = set(re.findall(r"strategy_\w+", " ".join(QUERIES)))
    families = {re.sub(r"_(bucket|sum|count|total)$", "", name) for name in told}

    assert {re.sub(r"_(bucket|sum|count|total)$", "", name) for name in watched} == families


def test_every_alert_has_a_severity_a_summary_and_a_line_on_the_page():
    on_the_page = re.findall(r"^\| `(Strategy\w+)` \|", PAGE, re.MULTILINE)

    assert on_the_page == [rule["alert"] for rule in RULES]
    assert {rule["labels"]["severity"] for rule in RULES} == {"page", "ticket"}
    assert all(rule["annotations"]["summary"] for rule in RULES)


def test_health_that_alerts_ask_for_exists_and_is_on_the_page():
    asked = set(re.findall(r'service="([\w.]+)"', " ".join(QUERIES)))

    assert asked <= {"all", RULEBOOK, SHADOW, PLAN}
    assert {RULEBOOK, SHADOW, PLAN} <= set(re.findall(r"^\| `([\w.]+)` \|", PAGE, re.MULTILINE))


def test_panels_do_not_overlap_and_each_shows_something():
    places = [
        {
            (p["gridPos"]["x"] + x, p["gridPos"]["y"] + y)
            for x in range(p["gridPos"]["w"])
            for y in range(p["gridPos"]["h"])
        }
        for p in BOARD["panels"]
    ]

    assert len(set.union(*places)) == sum(map(len, places))
    assert len({panel["id"] for panel in BOARD["panels"]}) == len(BOARD["panels"])
    assert all(panel["targets"] and panel["title"] for panel in BOARD["panels"])


def test_every_call_is_in_the_service_config_or_is_one_that_must_not_be_repeated():
    listed = [
        f"/{name['service']}/{name['method']}"
        for config in CONFIG["methodConfig"]
        for name in config["name"]
    ]
    twice_is_not_once = {
        "/strategy.api.v1.PortfolioService/ImportAccounts",
        "/strategy.api.v1.PortfolioService/ImportAttempts",
        "/strategy.api.v1.RulebookService/PublishRulebook",
        "/strategy.api.v1.RulebookService/RollbackRulebook",
    }

    assert len(listed) == len(set(listed))
    assert set(listed) | twice_is_not_once == OURS.keys()
    assert not set(listed) & twice_is_not_once
