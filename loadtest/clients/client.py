"""What all clients do: wait for the next arrival that is due, and act on it."""

import random
from collections.abc import Iterator
from itertools import islice
from typing import Any

import gevent
from locust import User, constant, task
from locust.exception import StopUser

from loadtest.arrivals import arrivals
from loadtest.clients.calls import Calls
from loadtest.journal import Answered, digest, now
from loadtest.scenario import Client as Part
from loadtest.settings import Settings
from loadtest.work import Item


class Floor:
    """What all callers of one generating process share."""

    def __init__(self, settings: Settings, calls: Calls, items: Iterator[Item], place: int) -> None:
        """`items` without an end; the generator at this place takes its part of them."""
        self.settings, self.calls = settings, calls
        self.items = islice(items, place, None, settings.workers)
        self.began = now() + 1_500_000
        self.later: list[gevent.Greenlet] = []
        self.chance = random.Random(f"{settings.seed} callers {place}")
        self._due = {
            name: arrivals(
                settings.scenario.rate,
                client.share,
                f"{settings.seed} {name}",
                place,
                settings.workers,
            )
            for name, client in settings.scenario.clients.items()
        }

    def next_due(self, name: str) -> int | None:
        """The instant of this client's next arrival, ours; None: no more come."""
        at = next(self._due[name], None)
        return None if at is None else self.began + round(at * 1e6)


class Client(User):
    """One caller. Subclasses say in `profile` which part of the scenario they play."""

    abstract = True
    wait_time = constant(0)
    profile = ""
    floor: Floor

    @task
    def next_arrival(self) -> None:
        due = self.floor.next_due(self.profile)
        if due is None:
            raise StopUser
        gevent.sleep(max(0.0, (due - now()) / 1e6))
        self.act(due)

    def act(self, due: int) -> None:
        raise NotImplementedError

    @property
    def part(self) -> Part:
        return self.floor.settings.scenario.clients[self.profile]

    @property
    def calls(self) -> Calls:
        return self.floor.calls

    def after_talk(self, what: Any, *given: Any) -> None:
        """Talk is no reason for the next arrival to wait, so it happens beside."""
        talk = self.floor.chance.uniform(*self.part.talk_s)
        due = now() + round(talk * 1e6)
        self.floor.later.append(gevent.spawn_later(talk, what, *given, due))

    def ask(self, stub: Any, name: str, request: Any, due: int) -> Any:
        """Ask with a request id; now and then the same request twice at once, on purpose."""
        if self.floor.chance.random() >= self.part.repeat:
            return self._asked(stub, name, request, due)
        both = [gevent.spawn(self._asked, stub, name, request, due) for _ in range(2)]
        gevent.joinall(both)
        return both[0].value or both[1].value

    def _asked(self, stub: Any, name: str, request: Any, due: int) -> Any:
        sent = now()
        answer = self.calls.call(stub, name, request, due)
        if answer is not None:
            self.told(request.request_id, sent, answer)
        return answer

    def told(self, request_id: str, sent: int, answer: Any) -> None:
        """Journals an answer to a request with an id."""
        granted = "permit" in answer.DESCRIPTOR.fields_by_name and answer.HasField("permit")
        permit = answer.permit if granted else None
        self.calls.journal.write(
            Answered(
                request_id,
                sent,
                now(),
                answer.decision_id,
                digest(answer),
                permit.permit_id if permit else "",
                permit.granted_at.ToMicroseconds() if permit else 0,
            )
        )
