"""Callers who ask for permits and tell what became of them, and write down every answer."""

import random
from dataclasses import dataclass, field
from threading import Event, Lock, Thread

import grpc
from wire_messages import a_dial, a_person

from strategy.api.v1 import decision_pb2 as pb
from strategy.api.v1 import types_pb2
from strategy.api.v1.decision_pb2_grpc import DecisionServiceStub
from strategy.api.v1.portfolio_pb2_grpc import PortfolioServiceStub

OUTCOMES = (types_pb2.OUTCOME_BUSY, types_pb2.OUTCOME_NO_ANSWER, types_pb2.OUTCOME_REFUSED)


def bring(channel: grpc.Channel, round_: int, people: int) -> list[str]:
    """Fresh people for a round, so that there is always somebody to call; their numbers."""
    numbers = [f"{round_}-{n}" for n in range(people)]
    made = PortfolioServiceStub(channel).ImportAccounts(iter(map(a_person, numbers)))
    assert made.rejected == 0, made
    return numbers


@dataclass
class Load:
    """What callers were told, over all rounds. Only what was acknowledged is written down."""

    seed: float
    people: list[str] = field(default_factory=list)
    asked: dict[str, pb.RequestPermitRequest] = field(default_factory=dict)
    answers: dict[str, pb.RequestPermitResponse] = field(default_factory=dict)
    confirmed: set[str] = field(default_factory=set)
    released: set[str] = field(default_factory=set)
    outcomes: dict[str, int] = field(default_factory=dict)
    unanswered: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    started: int = 0
    repeated: int = 0
    in_doubt: int = 0
    lock: Lock = field(default_factory=Lock)
    enough: Event = field(default_factory=Event)

    def start(self, channel: grpc.Channel, callers: int) -> list[Thread]:
        """They call until the server is gone or there is `enough`."""
        self.started += 1
        threads = [
            Thread(target=self._call, args=(channel, f"{self.started}.{n}")) for n in range(callers)
        ]
        for thread in threads:
            thread.start()
        return threads

    def counts(self) -> dict[str, int]:
        """What was acknowledged, how many requests the kills left in doubt, and how many were sent
        again and got the same answer."""
        return {
            "answers": len(self.answers),
            "permits": sum(answer.HasField("permit") for answer in self.answers.values()),
            "confirmations": len(self.confirmed),
            "releases": len(self.released),
            "outcomes": len(self.outcomes),
            "requests_in_doubt": self.in_doubt,
            "requests_asked_again": self.repeated,
        }

    def repeat(self, stub: DecisionServiceStub, request_id: str) -> None:
        """The same request again: the same answer, byte for byte, or it is written down."""
        again = stub.RequestPermit(self.asked[request_id], timeout=10)
        with self.lock:
            self.repeated += 1
            if request_id in self.unanswered:
                self.unanswered.remove(request_id)
                self.in_doubt += 1
            before = self.answers.setdefault(request_id, again)
            if before != again:
                self.faults.append(f"`{request_id}` got {before}, then {again}")

    def _call(self, channel: grpc.Channel, name: str) -> None:
        dice, stub, number = random.Random(f"{self.seed} {name}"), DecisionServiceStub(channel), 0
        mine: list[str] = []
        try:
            while not self.enough.is_set():
                number += 1
                if mine and dice.random() < 0.2:
                    self.repeat(stub, dice.choice(mine))
                    continue
                request_id = f"{name}.{number}"
                permit = self._ask(stub, request_id, dice.choice(self.people))
                mine.append(request_id)
                if permit:
                    self._tell(stub, permit, dice.random(), dice.choice(OUTCOMES))
        except grpc.RpcError as error:
            if error.code() is not grpc.StatusCode.UNAVAILABLE:
                self.faults.append(str(error))

    def _ask(self, stub: DecisionServiceStub, request_id: str, number: str) -> str:
        request = a_dial(request_id, number, script="hello")
        with self.lock:
            self.asked[request_id] = request
            self.unanswered.append(request_id)
        answer = stub.RequestPermit(request, timeout=10)
        with self.lock:
            self.unanswered.remove(request_id)
            self.answers[request_id] = answer
        return answer.permit.permit_id

    def _tell(self, stub: DecisionServiceStub, permit: str, chance: float, outcome: int) -> None:
        if chance < 0.1:
            return  # a caller who never says anything
        if chance < 0.25:
            stub.ReleasePermit(pb.ReleasePermitRequest(permit_id=permit), timeout=10)
            self.released.add(permit)
            return
        if chance < 0.7:
            stub.ConfirmPermit(pb.ConfirmPermitRequest(permit_id=permit), timeout=10)
            self.confirmed.add(permit)
        report = pb.AttemptOutcome(permit_id=permit, outcome=outcome)
        asked = pb.ReportOutcomesRequest(outcomes=[report])
        (told,) = stub.ReportOutcomes(asked, timeout=10).results
        if not told.accepted:
            self.faults.append(str(told))
        self.outcomes[permit] = outcome
