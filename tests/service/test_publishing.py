"""What is published is exactly what was previewed, survives a restart, and can be taken back."""

import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import grpc
import openpyxl
import pytest
from examples import SHANGHAI
from grpc_health.v1 import health_pb2, health_pb2_grpc
from rule_text import CN, house
from wire_messages import a_dial, a_person

from strategy.api.v1 import (
    decision_pb2_grpc,
    plan_pb2,
    plan_pb2_grpc,
    portfolio_pb2_grpc,
    rulebook_pb2,
)
from strategy.api.v1.rulebook_pb2_grpc import RulebookServiceStub
from strategy.errors import PublicationRefused
from strategy.ledger.sqlite import SqliteLedger
from strategy.plan_difference import PlanDifference
from strategy.preview import Preview, Side
from strategy.preview_artefact import sign
from strategy.publication import Publication, files_at_start
from strategy.publish import RulebookShelf, publish
from strategy.rule_files import read_rule_file
from strategy.rules.source import RuleFile
from strategy.service.backend import Backend
from strategy.service.grpc_server import RULEBOOK, StrategyServer
from strategy.service.metrics import serve_metrics
from strategy.shadow import Shadow
from strategy.signing import rollback_text, signature

KEY = bytes(range(32))
NOW = datetime(2026, 3, 10, 2, tzinfo=UTC)
LAW = RuleFile("law.yaml", CN)
SCRIPT = "scripts: [{id: agent-solution, channel: agent_call, title: S, languages: [zh]}]"
OLD = (LAW, house("{attorney: true} -> {hold: all}", scripts=SCRIPT))
NEW = (LAW, house("{attorney: true} -> {hold: sms}", scripts=SCRIPT))
OTHER = (LAW, house("{hardship_declared: true} -> {hold: all}", scripts=SCRIPT))


def artefact(old, new, files=None, key=KEY):
    """A signed preview of these rules; the plans in it are empty."""
    sides = [Side(publish(rules).hash, 0, 0, {}, 0) for rules in (old, new)]
    return sign(Preview(*sides, (), PlanDifference((), ()), (), "p", "c", 0), files or new, key)


class Running:
    """A server of its own, that can be started again on the same ledger."""

    def __init__(self, folder: Path, key: bytes | None = KEY, shadow: int = 0) -> None:
        self.rules = folder / "rules"
        self.rules.mkdir(exist_ok=True)
        for file in OLD:
            (self.rules / Path(file.name).name).write_text(file.text, encoding="utf-8")
        self.ledger = SqliteLedger.open(str(folder / "ledger"))
        files = tuple(RuleFile(f.name, f.text) for f in OLD)
        shelf = RulebookShelf(files_at_start(self.ledger, files))
        self.publication = Publication(self.ledger, shelf, [self.rules], lambda: NOW, key)
        self.shadow = Shadow(self.ledger, shelf, lambda: NOW, shadow)
        self.backend = Backend(self.ledger, shelf, lambda: NOW, SHANGHAI)
        self.server = StrategyServer(self.backend, self.publication, self.shadow, threads=4)
        self.address = self.server.start("127.0.0.1:0")
        self.channel = grpc.insecure_channel(self.address)
        self.stub = RulebookServiceStub(self.channel)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.channel.close()
        self.server.stop(0.5)
        self.shadow.close()
        self.ledger.close()

    @property
    def hash(self) -> str:
        return self.stub.GetRulebook(rulebook_pb2.GetRulebookRequest()).hash

    def publish(self, data: bytes, by: str = "Li Na"):
        half = len(data) // 2
        parts = [{"by": by}, {"preview": data[:half]}, {"preview": data[half:]}]
        return self.stub.PublishRulebook(
            iter([rulebook_pb2.PublishRulebookRequest(**part) for part in parts])
        )

    def roll_back(self, to_hash: str, key: bytes = KEY, from_hash: str = ""):
        begins, by = from_hash or self.hash, "Wang"
        return self.stub.RollbackRulebook(
            rulebook_pb2.RollbackRulebookRequest(
                from_hash=begins,
                to_hash=to_hash,
                by=by,
                signature=signature(rollback_text(begins, to_hash, by), key),
            )
        )

    def changes(self):
        found = self.stub.ListRulebookChanges(rulebook_pb2.ListRulebookChangesRequest()).changes
        return [(one.hash, one.how, one.by) for one in found]


def refused(call):
    with pytest.raises(grpc.RpcError) as error:
        call()
    return error.value.code(), error.value.details()


def test_exactly_the_previewed_rules_come_into_force_and_who_did_it_is_kept(tmp_path):
    with Running(tmp_path) as one:
        first = one.hash
        change = one.publish(artefact(OLD, NEW))
        told = one.stub.GetRulebook(rulebook_pb2.GetRulebookRequest())

        assert change.hash == told.hash == publish(NEW).hash
        assert told.change == change
        assert one.changes() == [(change.hash, "published", "Li Na"), (first, "folders", "")]


def test_a_workbook_is_published_as_the_text_that_was_previewed(tmp_path):
    book = openpyxl.Workbook()
    for row in (["pack", "mine"], ["kind", "house"], ["id", "title", "attorney", "then"]):
        book.active.append(row)
    book.active.append(["MINE-01", "An attorney speaks", True, "hold sms"])
    book.save(tmp_path / "a.xlsx")
    new = (*OLD, *read_rule_file(tmp_path / "a.xlsx"))

    with Running(tmp_path) as one:
        change = one.publish(artefact(OLD, new))
        told = one.stub.GetRulebook(rulebook_pb2.GetRulebookRequest())

        assert change.hash == told.hash == publish(new).hash
        source = f"{tmp_path.as_posix()}/a.xlsx/Sheet.csv:4"
        assert ("MINE-01", source) in [(rule.rule_id, rule.source) for rule in told.rules]
    with Running(tmp_path) as again:  # from the ledger, without the workbook
        assert again.hash == change.hash


def test_a_table_that_is_sent_to_be_checked_is_told_its_cells(tmp_path):
    text = "pack,mine\nkind,house\nid,title,attorney,then\nMINE-01,T,maybe,hold sms\n"
    file = rulebook_pb2.RuleFile(name="mine/a.csv", text=text)
    with Running(tmp_path) as one:
        (told,) = one.stub.CheckRules(rulebook_pb2.CheckRulesRequest(files=[file])).diagnostics
        assert (told.file, told.line, told.column) == ("mine/a.csv", 4, 3)
        assert told.what == "C4: `maybe` is neither yes nor no"


def test_a_published_rulebook_is_still_in_force_after_a_restart(tmp_path):
    with Running(tmp_path) as one:
        one.publish(artefact(OLD, NEW))
    with Running(tmp_path) as again:
        assert again.hash == publish(NEW).hash
        assert len(again.changes()) == 2

        again.publication.reload()
        assert again.hash == publish(OLD).hash
    with Running(tmp_path) as third:
        assert third.hash == publish(OLD).hash
        assert [how for _, how, _ in third.changes()] == ["folders", "published", "folders"]


def test_a_preview_made_against_other_rules_is_refused(tmp_path):
    with Running(tmp_path) as one:
        one.publish(artefact(OLD, NEW))
        code, said = refused(lambda: one.publish(artefact(OLD, OTHER)))

        assert code is grpc.StatusCode.FAILED_PRECONDITION
        assert publish(OLD).hash[:12] in said
        assert one.hash == publish(NEW).hash


def test_rules_that_are_not_those_that_were_seen_are_refused(tmp_path):
    with Running(tmp_path) as one:
        code, said = refused(lambda: one.publish(artefact(OLD, NEW, files=OTHER)))

        assert code is grpc.StatusCode.FAILED_PRECONDITION
        assert "the preview shows" in said
        assert one.hash == publish(OLD).hash


def test_a_refusal_is_seen_in_the_rulebook_in_health_and_in_metrics_until_a_change_succeeds(
    tmp_path,
):
    with Running(tmp_path) as one:
        (one.rules / "more.yaml").write_text("a: b", encoding="utf-8")
        one.publication.reload()
        one.server._health.tell()

        told = one.stub.GetRulebook(rulebook_pb2.GetRulebookRequest())
        assert "more.yaml" in told.last_refusal
        assert told.hash == publish(OLD).hash
        assert health(one, RULEBOOK) == "NOT_SERVING"
        assert health(one, "") == "SERVING"  # the last good rules still decide
        assert "strategy_rulebook_refused 1.0" in metrics(one)

        one.publish(artefact(OLD, NEW))
        one.server._health.tell()
        assert health(one, RULEBOOK) == "SERVING"
        assert "strategy_rulebook_refused 0.0" in metrics(one)
        assert f'strategy_rulebook_info{{hash="{one.hash}"}} 1.0' in metrics(one)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda data: data[:-40], "no preview artefact"),
        (lambda data: data.replace(b"hold: sms", b"hold: all"), "changed after it was signed"),
        (lambda data: artefact(OLD, NEW, key=bytes(32)), "another key"),
        (lambda data: b"", "no preview artefact"),
    ],
)
def test_a_preview_that_is_not_whole_and_ours_changes_nothing(tmp_path, spoil, said):
    with Running(tmp_path) as one:
        code, told = refused(lambda: one.publish(spoil(artefact(OLD, NEW))))

        assert code is grpc.StatusCode.INVALID_ARGUMENT
        assert said in told
        assert one.hash == publish(OLD).hash


def test_who_publishes_must_be_said(tmp_path):
    with Running(tmp_path) as one:
        code, told = refused(lambda: one.publish(artefact(OLD, NEW), by=""))
        assert (code, told) == (grpc.StatusCode.INVALID_ARGUMENT, "by: is missing")


def test_without_a_key_nothing_can_be_published(tmp_path):
    with Running(tmp_path, key=None) as one:
        code, said = refused(lambda: one.publish(artefact(OLD, NEW)))
        assert code is grpc.StatusCode.FAILED_PRECONDITION
        assert "--publish-key" in said


def test_an_earlier_rulebook_comes_back_by_its_hash(tmp_path):
    with Running(tmp_path) as one:
        first = one.hash
        one.publish(artefact(OLD, NEW))
        change = one.roll_back(first)

        assert (change.hash, change.how, change.by) == (first, "rolled_back", "Wang")
        assert one.hash == first


def test_callers_hear_of_each_rulebook_that_came_into_force_also_after_a_restart(tmp_path):
    def told(one):
        watch = plan_pb2_grpc.PlanServiceStub(one.channel).WatchChanges
        return [(c.kind, c.subject) for c in watch(plan_pb2.WatchChangesRequest())]

    with Running(tmp_path) as one:
        first = one.hash
        second = one.publish(artefact(OLD, NEW)).hash
        one.roll_back(first)
        found = told(one)
    with Running(tmp_path) as again:
        assert told(again) == found

    assert found == [
        ("rulebook_loaded", first),
        ("rulebook_published", second),
        ("rulebook_rolled_back", first),
    ]


def test_a_rollback_needs_the_key_the_rules_in_force_and_a_rulebook_that_was_there(tmp_path):
    with Running(tmp_path) as one:
        first = one.hash
        one.publish(artefact(OLD, NEW))
        before = one.changes()

        assert refused(lambda: one.roll_back(first, key=bytes(32)))[0].name == "INVALID_ARGUMENT"
        assert refused(lambda: one.roll_back("0" * 64))[0].name == "NOT_FOUND"
        stale = refused(lambda: one.roll_back(first, from_hash=first))
        assert stale[0].name == "FAILED_PRECONDITION"
        assert one.changes() == before


def test_a_change_is_on_disk_before_it_is_in_force(tmp_path, monkeypatch):
    with Running(tmp_path) as one:
        monkeypatch.setattr(
            Publication, "_keep", lambda *_: (_ for _ in ()).throw(PublicationRefused("disk full"))
        )
        refused(lambda: one.publish(artefact(OLD, NEW)))
        assert one.hash == publish(OLD).hash


def test_rule_files_are_checked_without_being_put_in_force(tmp_path):
    with Running(tmp_path) as one:
        text = "schema: collections-rules/1\npack: x\nkind: hause\nrules: []\n"
        file = rulebook_pb2.RuleFile(name="house.yaml", text=text)
        (found,) = one.stub.CheckRules(rulebook_pb2.CheckRulesRequest(files=[file])).diagnostics

        assert (found.file, found.line, found.column) == ("house.yaml", 3, 7)
        assert (found.code, found.help) == ("unknown-word", "did you mean `house`?")
        assert one.hash == publish(OLD).hash


def test_checked_rule_files_are_told_about_in_their_own_language(tmp_path):
    with Running(tmp_path) as one:
        files = [
            rulebook_pb2.RuleFile(name="a.yaml", text="pack: x\nkind: hause\nlanguage: zh\n"),
            rulebook_pb2.RuleFile(name="b.zh.txt", text="规则包：x\n类型：内布\n任何情况下"),
        ]
        found = one.stub.CheckRules(rulebook_pb2.CheckRulesRequest(files=files)).diagnostics

        told = {(one.file, one.line, one.what, one.help) for one in found}
        assert ("a.yaml", 2, "未知的类型`hause`", "是否想写`house`？") in told
        assert ("b.zh.txt", 2, "未知的类型`内布`", "可用：法律、内部、封闭") in told


def test_a_difference_found_by_the_shadow_raises_the_alarm_and_stops_contact(tmp_path):
    with Running(tmp_path, shadow=1) as one:
        people = portfolio_pb2_grpc.PortfolioServiceStub(one.channel)
        people.ImportAccounts(iter([a_person(1), a_person(2)]))
        ask = decision_pb2_grpc.DecisionServiceStub(one.channel).RequestPermit
        ask(a_dial("r1", 1))
        _until(lambda: one.shadow.counts.checked == 1)
        assert one.shadow.healthy

        rulebook = one.backend.shelf.current  # a verdict table with a bit that was never proven
        rulebook._lookup._online[:] = [
            (shift, mask, [rules ^ 1 for rules in table])
            for shift, mask, table in rulebook._lookup._online
        ]
        ask(a_dial("r2", 2))
        _until(lambda: one.shadow.counts.different == 1)
        one.server._health.tell()

        assert health(one, "strategy.shadow") == "NOT_SERVING"
        assert 'strategy_shadow_decisions_total{result="different"} 1.0' in metrics(one)
        _until(lambda: "quarantine" in {r.code for r in ask(a_dial("r3", 2)).reasons})
        assert "quarantine" not in {r.code for r in ask(a_dial("r4", 1)).reasons}


def test_a_shadow_whose_process_dies_is_unhealthy_and_recovers(tmp_path):
    with Running(tmp_path, shadow=1) as one:
        people = portfolio_pb2_grpc.PortfolioServiceStub(one.channel)
        people.ImportAccounts(iter([a_person(n) for n in range(4)]))
        ask = decision_pb2_grpc.DecisionServiceStub(one.channel).RequestPermit
        ask(a_dial("r1", 1))
        _until(lambda: one.shadow.counts.checked == 1)
        one.shadow._child._process.kill()
        ask(a_dial("r2", 2))
        _until(lambda: one.shadow.counts.unchecked == 1)
        assert not one.shadow.healthy

        ask(a_dial("r3", 3))
        _until(lambda: one.shadow.counts.checked == 2)
        assert one.shadow.healthy


def test_metrics_count_calls_and_reasons(tmp_path):
    with Running(tmp_path) as one:
        portfolio_pb2_grpc.PortfolioServiceStub(one.channel).ImportAccounts(iter([a_person(1)]))
        ask = decision_pb2_grpc.DecisionServiceStub(one.channel).RequestPermit
        ask(a_dial("r1", 1))
        ask(a_dial("r2", 1))
        refused(lambda: ask(a_dial("r3", 99)))

        text = metrics(one)
        assert 'strategy_decisions_total{answer="permit"} 1.0' in text
        assert 'strategy_decisions_total{answer="refused"} 1.0' in text
        assert 'strategy_refusal_reasons_total{code="open_permit",rule=""} 1.0' in text
        assert 'strategy_call_seconds_count{method="RequestPermit",status="NOT_FOUND"} 1.0' in text


def health(one, service):
    stub = health_pb2_grpc.HealthStub(one.channel)
    status = stub.Check(health_pb2.HealthCheckRequest(service=service)).status
    return health_pb2.HealthCheckResponse.ServingStatus.Name(status)


def metrics(one):
    with (
        serve_metrics(("127.0.0.1", 0), one.server.metrics.registry) as address,
        urllib.request.urlopen(f"http://{address}/metrics") as page,
    ):
        return page.read().decode()


def _until(true, seconds=30.0):
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.02)
