"""What a script says of the debt is heard by nobody who does not owe it."""

from dataclasses import replace

import pytest
from examples import CALM, FixedRules, a_mobile, a_party, an_account, shanghai

from strategy.accounts import import_parties
from strategy.decide import request_permit
from strategy.domain.attempt import Purpose
from strategy.domain.book import Book
from strategy.domain.capacity import Capacity
from strategy.domain.channel import Channel
from strategy.domain.contact_point import Owner
from strategy.domain.decision_request import PermitRequest
from strategy.domain.script import EVERYTHING, Mention
from strategy.domain.slot import slots_between
from strategy.ledger.opening import open_ledger
from strategy.plan import plan_day
from strategy.rules.diagnostic import RuleError
from strategy.rules.draft import compile_rules
from strategy.rules.source import RuleFile

NOON = shanghai("2026-03-10 12:00")
FRIEND = a_mobile(number="9", owner=Owner.CONTACT_PERSON)
PEOPLE = a_party(contact_points=(a_mobile(), FRIEND))
SILENT = replace(CALM, id="S-SILENT", mentions=frozenset())


@pytest.fixture
def ledger(place):
    opened = open_ledger(place)
    import_parties(opened, [(PEOPLE, (an_account(),))])
    yield opened
    opened.close()


def ask(ledger, script, point):
    rules = FixedRules(scripts={script.id: script})
    names = (f"{script.id}-{point.id}", "A1", point.id)
    request = PermitRequest(*names, Channel.AGENT_CALL, script.id, Purpose.LOCATE)
    return request_permit(ledger, rules, request, NOON, "Asia/Shanghai")


def test_a_script_that_does_not_say_what_it_mentions_is_refused_to_a_contact_person(ledger):
    (reason,) = ask(ledger, CALM, FRIEND).reasons

    assert reason.code == "disclosure"
    assert dict(reason.values)["mentions"] == "amount, due_date, lender, product"


@pytest.mark.parametrize("mention", Mention)
def test_one_word_about_the_debt_is_enough(ledger, mention):
    said = replace(CALM, mentions=frozenset({mention}))

    assert [r.code for r in ask(ledger, said, FRIEND).reasons] == ["disclosure"]


def test_a_script_that_mentions_nothing_may_ask_a_contact_person(ledger):
    assert ask(ledger, SILENT, FRIEND).permit


def test_the_debtor_may_hear_everything(ledger):
    assert ask(ledger, CALM, PEOPLE.contact_points[0]).permit


def test_a_plan_never_calls_a_contact_person():
    alone = replace(PEOPLE, contact_points=(FRIEND,))
    slots = slots_between(NOON, shanghai("2026-03-10 15:00"))
    capacity = Capacity("Asia/Shanghai", slots, {Channel.AGENT_CALL: (5,) * len(slots)}, 10**6)
    book = Book(NOON, "Asia/Shanghai", {"P1": alone}, {"A1": an_account()}, {})
    day = plan_day(book, FixedRules(), capacity)

    assert day.plan.assignments == ()
    (opening,) = day.openings.values()
    assert [reason.code for reason in opening.reasons] == ["disclosure"]


SCRIPTS = """\
schema: collections-rules/1
pack: house
kind: house
scripts:
  - {id: unsaid, channel: sms, title: T, languages: [zh]}
  - {id: silent, channel: sms, title: T, languages: [zh], mentions: none}
  - {id: some, channel: sms, title: T, languages: [zh], mentions: [amount, lender]}
"""


def test_a_rule_file_says_what_a_script_mentions():
    scripts = compile_rules([RuleFile("rules/house/s.yaml", SCRIPTS)]).scripts

    assert {s.id: s.mentions for s in scripts} == {
        "unsaid": EVERYTHING,
        "silent": frozenset(),
        "some": {Mention.AMOUNT, Mention.LENDER},
    }


def test_a_word_that_is_no_mention_is_told_with_its_place():
    wrong = SCRIPTS.replace("lender]", "landlord]")
    with pytest.raises(RuleError, match=r"house/s.yaml:7:76: unknown-word: unknown mention"):
        compile_rules([RuleFile("rules/house/s.yaml", wrong)])
