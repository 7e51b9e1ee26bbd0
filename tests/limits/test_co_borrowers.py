"""Several people who owe one account: what they share, and what is each one's own."""

from datetime import timedelta

import pytest
from examples import RULE, SHANGHAI, a_call, a_case, a_party, an_account, an_attempt, shanghai
from hypothesis import given
from hypothesis import strategies as st

from strategy.domain.book import Book
from strategy.domain.channel import VOICE
from strategy.domain.directive import Cap, CapKey, CoolDown
from strategy.domain.directives import Directives
from strategy.domain.event import Event, EventKind
from strategy.domain.facts import facts_of
from strategy.domain.history import SINCE_EVER, History
from strategy.domain.outcome import Count, Outcome
from strategy.domain.verdict import Verdict
from strategy.limits import check, frequency_cap
from strategy.limits.case import Case

NOON = shanghai("2026-03-10 12:00")
ACCOUNT = an_account(liable=("P2", "P3"))


def cap(key, maximum=2, days=7):
    return Cap(RULE, VOICE, Count.DIALS, key, maximum, days)


def to(party, hours_ago=1, account="A1", outcome=Outcome.NO_ANSWER):
    at = NOON - timedelta(hours=hours_ago)
    return an_attempt(at, outcome, id=f"{party}-{hours_ago}", party_id=party, account_id=account)


def past(*attempts, events=(), **since):
    """The history of P1, who owes A1 together with P2 and P3."""
    people = {p: a_party(p, **({"history_from": since[p]} if p in since else {})) for p in PEOPLE}
    histories = {
        p: History(
            tuple(a for a in attempts if a.party_id == p),
            tuple(e for e in events if e.party_id == p),
        )
        for p in PEOPLE
    }
    return Book(NOON, SHANGHAI, people, {"A1": ACCOUNT}, histories).history_of(ACCOUNT)


PEOPLE = ("P1", "P2", "P3")


def codes(history, *directives):
    case = Case(a_party(), history, Verdict(Directives(directives), {}))
    return [r.code for r in check.reasons(a_call(NOON, case), case)]


def test_a_cap_per_account_adds_up_everybody_who_owes_it():
    both = past(to("P1"), to("P2"))

    assert codes(both, cap(CapKey.ACCOUNT)) == ["frequency_cap"]
    assert codes(both, cap(CapKey.ACCOUNT, 3)) == []


def test_a_call_to_another_counts_from_its_instant_on_and_not_in_an_explanation_of_one_before():
    history = past(to("P1", 3), to("P2", 1))
    before = history.known_at(NOON - timedelta(hours=2))

    assert codes(history, cap(CapKey.ACCOUNT)) == ["frequency_cap"]
    assert codes(before, cap(CapKey.ACCOUNT)) == []


@pytest.mark.parametrize("key", [CapKey.PARTY, CapKey.PARTY_ACCOUNT, CapKey.CONTACT_POINT])
def test_every_other_cap_leaves_each_their_own(key):
    assert codes(past(to("P2", 1), to("P2", 2), to("P3")), cap(key, 1)) == []


def test_a_person_about_an_account_is_neither_the_person_nor_the_account():
    elsewhere = past(to("P1"), to("P1", 2, account="A9"))

    assert codes(elsewhere, cap(CapKey.PARTY)) == ["frequency_cap"]
    assert codes(elsewhere, cap(CapKey.PARTY_ACCOUNT)) == []
    assert codes(elsewhere, cap(CapKey.PARTY_ACCOUNT, 1)) == ["frequency_cap"]


def test_what_was_said_to_others_about_other_debts_is_not_counted():
    assert codes(past(to("P2", account="A9"), to("P2", 2, account="A9")), cap(CapKey.ACCOUNT)) == []


@pytest.mark.parametrize(
    ("key", "expected"),
    [(CapKey.ACCOUNT, ["cool_down"]), (CapKey.PARTY_ACCOUNT, []), (CapKey.PARTY, [])],
)
def test_a_rest_per_account_begins_with_a_talk_to_anybody_who_owes_it(key, expected):
    rest = CoolDown(RULE, VOICE, frozenset({Outcome.REFUSED}), 7, key=key)

    assert codes(past(to("P2", outcome=Outcome.REFUSED)), rest) == expected


@pytest.mark.parametrize("missing", [None, shanghai("2026-03-09 00:00")])
def test_a_shared_cap_needs_the_history_of_everybody(missing):
    unknown = past(P3=missing)

    assert codes(unknown, cap(CapKey.ACCOUNT)) == ["history_missing"]
    assert codes(unknown, cap(CapKey.PARTY_ACCOUNT)) == []


def test_somebody_nobody_imported_yet_has_no_known_history():
    alone = Book(NOON, SHANGHAI, {"P1": a_party()}, {"A1": ACCOUNT}, {}).history_of(ACCOUNT)

    assert codes(alone, cap(CapKey.ACCOUNT)) == ["history_missing"]


def test_who_owes_alone_has_no_others():
    account = an_account()
    book = Book(NOON, SHANGHAI, {"P1": a_party()}, {"A1": account}, {})

    assert book.history_of(account).others_from == SINCE_EVER


def test_calls_to_somebody_who_no_longer_owes_it_still_count():
    account = an_account()
    made = History((to("P2", 1), to("P2", 2)))
    people = {p: a_party(p) for p in ("P1", "P2")}
    history = Book(NOON, SHANGHAI, people, {"A1": account}, {"P2": made}).history_of(account)

    assert codes(history, cap(CapKey.ACCOUNT)) == ["frequency_cap"]


@pytest.mark.parametrize(
    ("kind", "fact", "shared"),
    [
        (EventKind.DISPUTE, "dispute_open", True),
        (EventKind.PROMISE, "promise_open", True),
        (EventKind.MORATORIUM, "moratorium", True),
        (EventKind.BANKRUPTCY, "bankruptcy", True),
        (EventKind.ATTORNEY, "attorney", False),
        (EventKind.DECEASED, "deceased", False),
        (EventKind.CEASE, "cease_requested", False),
    ],
)
def test_what_is_of_the_debt_holds_for_everybody_and_what_is_of_a_person_does_not(
    kind, fact, shared
):
    for account_id in ("A1", None):
        history = past(events=[Event("e", "P2", kind, NOON, account_id)])
        assert facts_of(ACCOUNT, a_party(), history, NOON, SHANGHAI)[fact] is shared


def test_an_event_about_another_debt_of_the_other_is_not_of_this_one():
    history = past(events=[Event("e", "P2", EventKind.DISPUTE, NOON, "A9")])

    assert not facts_of(ACCOUNT, a_party(), history, NOON, SHANGHAI)["dispute_open"]


@given(
    made=st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(["A1", "A9"])), max_size=8),
    maximum=st.integers(1, 5),
)
def test_every_key_counts_exactly_what_its_words_say(made, maximum):
    attempts = [to(p, n + 1, account=a) for n, (p, a) in enumerate(made)]
    history = past(*attempts)
    case = a_case(party=a_party())
    case = Case(case.party, history, case.verdict)
    proposal = a_call(NOON, case)
    expected = {
        CapKey.PARTY: sum(p == "P1" for p, _ in made),
        CapKey.ACCOUNT: sum(a == "A1" for _, a in made),
        CapKey.PARTY_ACCOUNT: sum((p, a) == ("P1", "A1") for p, a in made),
    }
    for key, number in expected.items():
        assert frequency_cap.used(cap(key, maximum), proposal, case) == number
        assert bool(codes(history, cap(key, maximum))) is (number >= maximum)
