"""What must be true of a ledger after a crash, given what callers were told before it."""

from collections import Counter

import grpc
from callers import Load

from strategy.api.v1.decision_pb2_grpc import DecisionServiceStub
from strategy.audit.verify import verify
from strategy.audit.walk import entries
from strategy.domain.outcome import Outcome
from strategy.domain.permit import PermitState
from strategy.ledger.opening import ledger_to_read
from strategy.ledger.transaction import Transaction
from strategy.service.words import outcome_number

MOST_DIALS = 3
REPEATED_A_ROUND = 20


class Fault(Exception):
    """Something acknowledged is gone, or something is there twice."""


def check_round(ledger: str, channel: grpc.Channel, load: Load) -> None:
    """After a restart: the newest acknowledged news are there, and ids get the same answers."""
    with ledger_to_read(ledger) as reader:
        reader.read(lambda tx: _acknowledged(tx, load, newest=500))
    stub = DecisionServiceStub(channel)
    for request_id in [
        *list(load.answers)[-REPEATED_A_ROUND:],
        *load.unanswered[-REPEATED_A_ROUND:],
    ]:
        load.repeat(stub, request_id)
    if load.faults:
        raise Fault(load.faults[0])


def check_all(ledger: str, load: Load) -> int:
    """Everything since the beginning, and the audit chain; the number of its entries."""
    with ledger_to_read(ledger) as reader:
        reader.read(lambda tx: _acknowledged(tx, load, newest=len(load.asked)))
        decided = [entry.decode() for entry in entries(reader)]
        found = verify(reader)
        rows = reader.read(
            lambda tx: [
                (permit_id, party, state)
                for permit_id, party, state in tx.attempts._db.execute(
                    "SELECT id, party_id, state FROM attempt"
                )
            ]
        )
    if found.fault is not None:
        raise Fault(found.fault)
    granted = Counter("p" + entry.id[1:] for entry in decided if entry.permitted)
    if granted != Counter(permit_id for permit_id, _, __ in rows):
        raise Fault("permits in the audit chain and permits in the ledger are not the same")
    dialled = Counter(party for _, party, state in rows if state != PermitState.RELEASED)
    over = [party for party, count in dialled.items() if count > MOST_DIALS]
    if over:
        raise Fault(f"party `{over[0]}` has {dialled[over[0]]} dials; the cap is {MOST_DIALS}")
    if len(decided) > len(load.asked):
        raise Fault(f"{len(decided)} decisions for {len(load.asked)} distinct requests")
    return found.entries


def _acknowledged(tx: Transaction, load: Load, newest: int) -> None:
    for request_id, answer in list(load.answers.items())[-newest:]:
        kept = tx.audit.find(answer.decision_id)
        if kept is None or kept.record is None:
            raise Fault(f"request `{request_id}` was answered; its decision is gone")
        if not answer.HasField("permit"):
            continue
        permit_id = answer.permit.permit_id
        found = tx.attempts.permit(permit_id)
        if found is None:
            raise Fault(f"permit `{permit_id}` was given and is gone")
        _, state, outcome, __ = found
        told = load.outcomes.get(permit_id)
        if told is not None and (state, outcome_number(outcome)) != (PermitState.DONE, told):
            raise Fault(f"outcome {told} of `{permit_id}` was accepted; it is {state}, {outcome}")
        if permit_id in load.released and state is not PermitState.RELEASED:
            raise Fault(f"permit `{permit_id}` was released and is {state}")
        if permit_id in load.confirmed and state is PermitState.RESERVED:
            raise Fault(f"permit `{permit_id}` was confirmed and is still {state}")
        if told is None and state is PermitState.DONE and outcome is Outcome.UNKNOWN:
            raise Fault(f"permit `{permit_id}` has an outcome that nobody reported")
