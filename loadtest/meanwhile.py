"""What happens to the server while the load runs: killed and started again, rules, a plan."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from shutil import copytree
from threading import Event, Thread

import grpc

from loadtest.own_server import OwnServer
from loadtest.prepare import plan_day
from loadtest.scenario import HOME, Scenario

_RULE = """\
schema: collections-rules/1
pack: house
kind: house
rules:
  - id: LOADTEST-{number}
    title: A rule that came while the load ran
    when: always
    then: {{forbid: visit}}
"""


def own_rules(scenario: Scenario, folder: Path) -> list[Path]:
    """The scenario's rule folders; copies where they will be changed."""
    folders = [HOME / name for name in scenario.rules]
    if not scenario.meanwhile.reload_rules_at_s:
        return folders
    return [Path(copytree(one, folder / "rules" / one.name)) for one in folders]


class Meanwhile:
    """Does each thing at its second, counted from `start`; `done` says what and when. Of several
    servers the last is killed; the first makes plans and reads rules, and the others follow it."""

    def __init__(self, scenario: Scenario, servers: Sequence[OwnServer]) -> None:
        self._scenario, self._servers = scenario, servers
        self.done: list[tuple[float, str]] = []
        self.failure: Exception | None = None
        self._stop = Event()
        self._thread = Thread(target=self._run, name="meanwhile")

    def start(self) -> None:
        self._began = time.monotonic()
        self._thread.start()

    def stop(self) -> None:
        """Waits for what has begun, and raises what went wrong."""
        self._stop.set()
        self._thread.join()
        if self.failure is not None:
            raise self.failure

    def _run(self) -> None:
        times = self._scenario.meanwhile
        due: list[tuple[float, Callable[[], str]]] = [
            *((at, self._kill) for at in times.kill_at_s),
            *((at, self._reload) for at in times.reload_rules_at_s),
            *((at, self._plan) for at in times.plan_at_s),
        ]
        for at, act in sorted(due, key=lambda one: one[0]):
            if self._stop.wait(max(0.0, at - (time.monotonic() - self._began))):
                return
            try:
                what = act()
            except Exception as error:
                self.failure = error
                return
            self.done.append((round(time.monotonic() - self._began, 1), what))

    def _kill(self) -> str:
        one_of = f"one of {len(self._servers)} servers" if len(self._servers) > 1 else "server"
        self._servers[-1].kill()
        began = time.monotonic()
        self._servers[-1].start()
        return f"{one_of} killed with SIGKILL; back after {time.monotonic() - began:.1f} s"

    def _reload(self) -> str:
        number = len(self.done) + 1
        path = Path(self._servers[0].rules[-1]) / f"loadtest-{number}.yaml"
        path.write_text(_RULE.format(number=number), encoding="utf-8")
        self._servers[0].reload_rules()
        return f"rule {number} added and rules read again"

    def _plan(self) -> str:
        began = time.monotonic()
        with grpc.insecure_channel(self._servers[0].address) as channel:
            plan_day(channel, self._scenario)
        return f"a plan was made in {time.monotonic() - began:.1f} s"
