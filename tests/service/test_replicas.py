"""Two servers on one ledger: what one does with rules and plans, the other sees."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from examples import SHANGHAI, FixedRules, shanghai
from wire_messages import CAPACITY

from strategy.domain.plan_record import PlanState
from strategy.errors import WrongState
from strategy.ledger.ledger import PLANS
from strategy.plans import create_plan, give_up_unfinished, plan_record
from strategy.publication import Publication
from strategy.publish import RulebookShelf
from strategy.rule_files import read_rule_files
from strategy.service.backend import Backend
from strategy.service.planning import Planning

ROOT = Path(__file__).resolve().parents[2]
NOW = shanghai("2026-03-10 10:00")


def write_rules(folder, hour):
    folder.mkdir(exist_ok=True)
    (folder / "cn.yaml").write_text(
        f"""\
schema: collections-rules/1
pack: cn
kind: law
jurisdictions: [CN]
rules:
  - {{id: CN-1, title: Night, when: always, then: {{forbid: all, window: ["{hour}:00", "08:00"]}},
     force: standard, citation: c, confidence: primary}}
""",
        encoding="utf-8",
    )
    return [folder]


def publication(ledger, folders):
    shelf = RulebookShelf(read_rule_files(folders))
    return shelf, Publication(ledger, shelf, folders, lambda: NOW)


def a_plan(ledger):
    record, _ = create_plan(ledger, FixedRules(), "plan-1", CAPACITY, NOW, NOW)
    return record


def test_rules_that_one_server_puts_in_force_are_in_force_on_the_other(replicas, tmp_path):
    folders = write_rules(tmp_path / "rules", 22)
    (first, changing), (second, following) = (publication(one, folders) for one in replicas)
    following.follow()
    assert second.current.hash == first.current.hash

    write_rules(tmp_path / "rules", 21)
    changing.reload()
    assert second.current.hash != first.current.hash
    following.follow()

    assert second.current.hash == first.current.hash
    assert len(following.changes(10)) == 2  # following is no change of its own


def test_a_server_follows_rules_again_once_its_ledger_is_back(replicas, tmp_path, monkeypatch):
    folders = write_rules(tmp_path / "rules", 22)
    (first, changing), (second, following) = (publication(one, folders) for one in replicas)
    write_rules(tmp_path / "rules", 21)
    changing.reload()
    with monkeypatch.context() as gone:
        gone.setattr(replicas[1], "_closed", True)
        following.follow()
    following.follow()

    assert (second.current.hash, following.last_refusal) == (first.current.hash, "")


def test_a_server_that_starts_gives_up_only_plans_whose_server_is_gone(replicas):
    plan_id = a_plan(replicas[0]).plan_id
    with replicas[0].holding(plan_id):
        give_up_unfinished(replicas[1])
        assert plan_record(replicas[1], plan_id).state is PlanState.RUNNING
    give_up_unfinished(replicas[1])

    assert plan_record(replicas[0], plan_id).state is PlanState.FAILED


def test_a_plan_made_by_another_server_is_watched_to_its_end_and_not_stopped_here(replicas):
    record = a_plan(replicas[0])
    shelf = RulebookShelf(read_rule_files([ROOT / "rules" / "cn"]))
    planning = Planning(Backend(replicas[1], shelf, lambda: NOW, SHANGHAI))
    with pytest.raises(WrongState, match="another server"):
        planning.stop(record.plan_id)

    told, seen = [], threading.Event()

    def watch():
        for one in planning.follow(record.plan_id, lambda: True):
            told.append(one.state)
            seen.set()

    watching = threading.Thread(target=watch)
    watching.start()
    assert seen.wait(10)
    done = replace(record, state=PlanState.ACTIVE)
    replicas[0].write(lambda tx: tx.plans.activate(done, ()), PLANS)
    watching.join(10)
    assert told == [PlanState.RUNNING, PlanState.ACTIVE]
    planning.close()
