"""Imports, accounts and events over a real channel."""

import grpc
import pytest
from examples import LONG_AGO, shanghai
from wire_messages import (
    a_dial,
    a_past_attempt,
    a_person,
    an_account,
    an_event,
    codes,
    error_of,
    fields,
    stamp,
)

from strategy.api.v1 import portfolio_pb2 as pb
from strategy.api.v1 import types_pb2
from strategy.portfolio.sample import sample_book
from strategy.service.portfolio import AT_ONCE
from strategy.service.portfolio_messages import account_message, party_message


def test_what_is_imported_comes_back(served):
    sent = a_person(
        1,
        zones=["Asia/Shanghai", "Asia/Urumqi"],
        consents=[
            pb.Consent(
                channel=types_pb2.CHANNEL_VISIT,
                granted_at=stamp(LONG_AGO),
                until=stamp(shanghai("2027-01-01 00:00")),
                any_hour=True,
            )
        ],
    )
    served.portfolio.ImportAccounts(iter([sent]))
    got = served.portfolio.GetAccount(pb.GetAccountRequest(account_id="A1"))

    assert got.party == sent.party
    assert got.account == sent.accounts[0]
    assert got.facts["stage"] == "early"
    assert got.facts["promise_open"] == "false"


def test_a_bad_person_is_told_with_its_place_and_the_others_are_stored(served):
    bad = a_person(2, zones=["Asia/Shangai"], language="")
    bad.accounts[0].balance_cents = -1
    bad.accounts[0].due_date = "1 March"
    made = served.portfolio.ImportAccounts(iter([a_person(1), bad, a_person(3)]))

    assert (made.accepted, made.rejected) == (2, 1)
    assert {(f.index, f.field) for f in made.faults} == {
        (1, "party.zones[0]"),
        (1, "party.language"),
        (1, "accounts[0].balance_cents"),
        (1, "accounts[0].due_date"),
    }
    assert (
        error_of(served.portfolio.GetAccount, pb.GetAccountRequest(account_id="A2")).code()
        is grpc.StatusCode.NOT_FOUND
    )


def test_every_bad_item_is_counted_and_at_most_a_hundred_faults_are_listed(served):
    made = served.portfolio.ImportAccounts(pb.ImportAccountsRequest() for _ in range(AT_ONCE + 1))

    assert (made.accepted, made.rejected) == (0, AT_ONCE + 1)
    assert len(made.faults) == 100


def test_a_stream_longer_than_one_transaction_is_stored_whole(served):
    people = [a_person(n) for n in range(2 * AT_ONCE + 1)]
    made = served.portfolio.ImportAccounts(iter(people))

    assert (made.accepted, made.rejected) == (2 * AT_ONCE + 1, 0)
    last = pb.GetAccountRequest(account_id=f"A{2 * AT_ONCE}")
    assert served.portfolio.GetAccount(last).party.party_id == f"P{2 * AT_ONCE}"


def test_the_sample_portfolio_passes_over_the_wire_unchanged(served):
    book = sample_book(200, seed=5, as_of=served.now)
    debts = {p: [a for a in book.accounts.values() if a.party_id == p] for p in book.parties}
    made = served.portfolio.ImportAccounts(
        pb.ImportAccountsRequest(
            party=party_message(party), accounts=map(account_message, debts[party.id])
        )
        for party in book.parties.values()
    )
    assert (made.accepted, made.rejected) == (len(book.parties), 0), made.faults

    stored = {p.id: p for p in served.ledger.read(lambda tx: list(tx.people.all_parties()))}
    accounts = {a.id: a for a in served.ledger.read(lambda tx: list(tx.people.all_accounts()))}
    assert stored == book.parties
    assert accounts == book.accounts


def test_people_who_owe_one_account_come_back_and_each_is_asked_for(served):
    shared = a_person(1)
    shared.accounts[0].liable_party_ids.append("P2")
    other = a_person(2)
    del other.accounts[:]
    made = served.portfolio.ImportAccounts(iter([shared, other]))
    assert (made.accepted, made.rejected) == (2, 0)

    got = served.portfolio.GetAccount(pb.GetAccountRequest(account_id="A1"))
    assert got.account == shared.accounts[0]
    dial = a_dial(contact_point_id="M2", party_id="P2")
    assert served.decisions.RequestPermit(dial).permit.party_id == "P2"
    stranger = error_of(served.decisions.RequestPermit, a_dial("r2", party_id="P3"))
    assert stranger.code() is grpc.StatusCode.NOT_FOUND


def test_who_owes_an_account_already_is_not_named_again(served):
    twice = a_person(1)
    twice.accounts[0].liable_party_ids.extend(["P2", "P2", "P1", ""])
    made = served.portfolio.ImportAccounts(iter([twice]))

    assert [f.field for f in made.faults] == [
        f"accounts[0].liable_party_ids[{n}]" for n in (3, 1, 2)
    ]


def test_two_accounts_or_contact_points_of_one_id_are_a_mistake(served):
    twice = a_person(1)
    twice.accounts.append(an_account(1))
    twice.party.contact_points.append(twice.party.contact_points[0])
    made = served.portfolio.ImportAccounts(iter([twice]))

    assert [f.field for f in made.faults] == [
        "party.contact_points[1].contact_point_id",
        "accounts[1].account_id",
    ]


def test_past_attempts_of_an_older_dialer_count_and_strangers_are_told(served):
    served.people(1)
    made = served.portfolio.ImportAttempts(
        iter(
            [
                pb.ImportAttemptsRequest(attempts=[a_past_attempt()]),
                pb.ImportAttemptsRequest(
                    attempts=[
                        a_past_attempt(attempt_id="old-2", account_id="A404"),
                        a_past_attempt(attempt_id="old-3", channel=77),
                    ]
                ),
            ]
        )
    )

    assert (made.accepted, made.rejected) == (1, 2)
    assert sorted((f.index, f.field) for f in made.faults) == [
        (1, "attempts[0]"),
        (1, "attempts[1].channel"),
    ]
    assert codes(served.decisions.RequestPermit(a_dial())) == ["minimum_gap"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "wrong_number"}, "event.contact_point_id"),
        ({"kind": "promise"}, "event.due"),
        ({"kind": "sneezed"}, "event.kind"),
        ({"at": stamp(shanghai("2026-03-10 11:00"))}, "event.at"),
        ({"channel": 99}, "event.channel"),
        ({"amount_cents": -5}, "event.amount_cents"),
    ],
)
def test_an_event_that_says_too_little_or_nonsense_names_its_field(served, change, field):
    served.people(1)
    error = error_of(served.portfolio.RecordEvent, an_event(**change))

    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert fields(error) == [field]


def test_an_opt_out_closes_its_channel_at_once(served):
    served.people(1)
    served.portfolio.RecordEvent(an_event("opt_out", channel=types_pb2.CHANNEL_AGENT_CALL))

    assert codes(served.decisions.RequestPermit(a_dial())) == ["opt_out"]
    text = a_dial("r2", channel=types_pb2.CHANNEL_SMS, script="sms-reminder")
    assert served.decisions.RequestPermit(text).HasField("permit")
