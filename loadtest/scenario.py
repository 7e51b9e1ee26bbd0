"""A scenario file: who calls, how often, on what, what happens meanwhile, and what must hold."""

from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from strategy.domain.local_time import is_aware
from strategy.errors import StrategyError

HOME = Path(__file__).resolve().parents[1]
FOLDER = Path(__file__).resolve().parent / "scenarios"
BATCHES = "batch_dialer"
DIALERS = ("predictive_dialer", "preview_dialer", BATCHES)
CLIENTS = (*DIALERS, "work_list", "event_feed", "relief")
MOST_IN_A_BATCH = 1000


class BadScenario(StrategyError):
    """The scenario file cannot be used. Carries every problem."""


class Client(msgspec.Struct, forbid_unknown_fields=True):
    """`share` of all arrivals; `callers` that may wait at once; seconds of talk between permit and
    outcome, drawn evenly; `repeat` is the share of requests sent twice, on purpose; `batch` is how
    many questions a batch dialer asks at each arrival."""

    share: float
    callers: int
    talk_s: tuple[float, float] = (0.0, 0.0)
    repeat: float = 0.0
    batch: int = 1


class PassLines(msgspec.Struct, forbid_unknown_fields=True):
    """What must hold. Latency from the scheduled arrival, of Decide and RequestPermit, and of whole
    batches where a batch dialer asks; `saturation` is the busiest limit of the server, 1 is all."""

    p50_ms: float
    p99_ms: float
    p999_ms: float
    error_rate: float
    saturation: float
    violations: int = 0
    batch_p99_ms: float | None = None


class Interruptions(msgspec.Struct, forbid_unknown_fields=True):
    """Seconds after the start at which something happens to the server."""

    kill_at_s: tuple[float, ...] = ()
    reload_rules_at_s: tuple[float, ...] = ()
    plan_at_s: tuple[float, ...] = ()


class Knee(msgspec.Struct, forbid_unknown_fields=True):
    """A ramp of `steps` of `step_s` seconds, the first at `start` arrivals a second, each `growth`
    times the one before, says roughly where the knee is. Then loads around it are visited, each
    `visits` times for `visit_s` seconds."""

    start: float = 60.0
    growth: float = 1.35
    steps: int = 8
    step_s: float = 3.0
    visits: int = 3
    visit_s: float = 5.0

    @property
    def ramp(self) -> list[float]:
        """Arrivals a second."""
        return [self.start * self.growth**step for step in range(self.steps)]


class Scenario(msgspec.Struct):
    """`clock` is the server's clock at the start; `rate` is (second, arrivals a second), straight
    in between; `people` 0: everybody of the portfolio; `replicas`: servers, several on one
    PostgreSQL; `capacity` empty: no plan is made before."""

    title: str
    seconds: float
    clock: datetime
    rules: tuple[str, ...]
    accounts: int
    rate: tuple[tuple[float, float], ...]
    clients: dict[str, Client]
    passes: PassLines
    people: int = 0
    replicas: int = 1
    capacity: str = ""
    check_every_s: float = 5.0
    meanwhile: Interruptions = msgspec.field(default_factory=Interruptions)
    knee: Knee = msgspec.field(default_factory=Knee)

    def scaled(self, seconds: float | None, factor: float) -> "Scenario":
        """The same shape in another time, or with another number of arrivals."""
        stretch = (seconds or self.seconds) / self.seconds
        later = self.meanwhile
        return msgspec.structs.replace(
            self,
            seconds=self.seconds * stretch,
            rate=tuple((at * stretch, rate * factor) for at, rate in self.rate),
            meanwhile=Interruptions(
                tuple(at * stretch for at in later.kill_at_s),
                tuple(at * stretch for at in later.reload_rules_at_s),
                tuple(at * stretch for at in later.plan_at_s),
            ),
            knee=msgspec.structs.replace(
                self.knee,
                step_s=self.knee.step_s * stretch,
                visit_s=self.knee.visit_s * stretch,
            ),
        )

    @property
    def decisions_an_arrival(self) -> float:
        """How many decisions an arrival asks for, on average; batches ask for many."""
        return sum(c.share * c.batch for name, c in self.clients.items() if name in DIALERS)


def scenario_path(name: str) -> Path:
    """A scenario by the name of its file, or a file of the caller's own."""
    path = Path(name) if name.endswith(".yaml") else FOLDER / f"{name}.yaml"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in FOLDER.glob("*.yaml")))
        raise BadScenario(f"there is no scenario `{name}`; there are {known}, or name a .yaml file")
    return path


def read_scenario(path: Path) -> Scenario:
    """Raises `BadScenario` with every problem, each with its field."""
    try:
        tree = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    except YAMLError as error:
        raise BadScenario(f"{path}: {error}") from error
    reader = _Reader(str(path), tree if isinstance(tree, dict) else {})
    scenario = reader.scenario()
    if scenario is None or reader.problems:
        raise BadScenario("\n".join(reader.problems))
    return scenario


class _Reader:
    def __init__(self, name: str, tree: dict[str, Any]) -> None:
        self._name, self._tree = name, tree
        self.problems: list[str] = []

    def scenario(self) -> Scenario | None:
        fields = {f.encode_name: f for f in msgspec.structs.fields(Scenario)}
        for key in self._tree.keys() - fields.keys():
            self._problem(str(key), f"is no field; there are {', '.join(fields)}")
        values: dict[str, Any] = {}
        for key, field in fields.items():
            if key not in self._tree:
                if field.required:
                    self._problem(key, "is missing")
                continue
            try:
                values[key] = msgspec.convert(self._tree[key], field.type, strict=False)
            except msgspec.ValidationError as error:
                self._problem(key, str(error).replace(" - at `$", " at `").rstrip())
        if self.problems:
            return None
        made = Scenario(**values)
        self._check(made)
        return made

    def _check(self, made: Scenario) -> None:
        times = [at for at, _ in made.rate]
        if times != sorted(times) or not times or times[0] != 0 or times[-1] != made.seconds:
            self._problem("rate", f"must go from 0 to {made.seconds:g} seconds, in order")
        if any(rate < 0 for _, rate in made.rate) or not any(rate for _, rate in made.rate):
            self._problem("rate", "arrivals a second must be 0 or more, and not all 0")
        if made.knee.start <= 0 or made.knee.growth <= 1 or made.knee.steps < 2:
            self._problem("knee", "needs a start over 0, a growth over 1 and 2 steps or more")
        if made.knee.visits < 1 or min(made.knee.step_s, made.knee.visit_s) <= 0:
            self._problem("knee", "needs 1 visit or more, and times over 0 seconds")
        if not is_aware(made.clock):
            self._problem("clock", "has no time zone; write `2026-11-24T10:00:00+08:00`")
        if not 1 <= made.replicas <= 8:
            self._problem("replicas", "from 1 to 8 servers")
        if made.accounts < 1 or made.people < 0:
            self._problem("accounts", "at least 1 account, and `people` 0 for everybody")
        for name, client in made.clients.items():
            if name not in CLIENTS:
                self._problem(f"clients.{name}", f"is no client; there are {', '.join(CLIENTS)}")
            if client.callers < 1 or not 0 < client.share <= 1 or not 0 <= client.repeat <= 1:
                what = "needs 1 caller or more, a share of (0, 1] and a repeat of [0, 1]"
                self._problem(f"clients.{name}", what)
            if not 0 <= client.talk_s[0] <= client.talk_s[1]:
                self._problem(f"clients.{name}.talk_s", "from the shortest to the longest, seconds")
            fewest, most = (2, MOST_IN_A_BATCH) if name == BATCHES else (1, 1)
            if not fewest <= client.batch <= most:
                what = f"of the {BATCHES} from 2 to {MOST_IN_A_BATCH} questions, of others 1"
                self._problem(f"clients.{name}.batch", what)
        if (BATCHES in made.clients) != (made.passes.batch_p99_ms is not None):
            self._problem("passes.batch_p99_ms", f"is for a {BATCHES}, which needs one")
        if abs(sum(c.share for c in made.clients.values()) - 1) > 1e-6:
            self._problem("clients", "their shares must add up to 1")
        for folder in made.rules:
            if not (HOME / folder).is_dir():
                self._problem("rules", f"there is no folder `{folder}`")
        if made.capacity and not (HOME / made.capacity).is_file():
            self._problem("capacity", f"there is no file `{made.capacity}`")

    def _problem(self, field: str, what: str) -> None:
        self.problems.append(f"{self._name}: {field}: {what}")
