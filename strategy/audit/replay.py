"""Decides recorded decisions again, from their recorded inputs and rulebook, and compares."""

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from strategy import decide, relief
from strategy.domain.decision_record import Asked, DecisionRecord
from strategy.domain.decision_request import request_of
from strategy.domain.plan_terms import PlanTerms
from strategy.errors import StrategyError
from strategy.ledger.ledger import Reader
from strategy.publish import publish
from strategy.rules.rulebook import Rulebook

COMPARED = ("at", "plan_id", "facts", "fired", "answer", "relief")


@dataclass(frozen=True, slots=True)
class Replayed:
    """One decision made again. `difference` says what is not the same; None: every bit is."""

    decision_id: str
    difference: str | None


def replay(ledger: Reader, decision_id: str | None, sample: int | None) -> Iterator[Replayed]:
    """One decision, or `sample` of them spread evenly over the ledger (None: all).

    Raises `NotFound`, or `StrategyError` for a decision whose inputs were not kept.
    """
    books = _Books(ledger)
    if decision_id is not None:
        record = ledger.read(lambda tx: tx.decisions.get(decision_id))
        if record.grounds is None:
            raise StrategyError(f"decision `{decision_id}` was made before inputs were kept")
        yield again(record, books.get(record.rulebook_hash), _terms(ledger, record))
        return
    numbers = ledger.read(lambda tx: tx.audit.numbers_with_records())
    every = max(1, len(numbers) // sample) if sample else 1
    for number in numbers[::every][:sample]:
        page = ledger.read(lambda tx: tx.audit.stored(number - 1, 1))  # noqa: B023
        if page and page[0].record is not None:
            record = page[0].record.decode()
            yield again(record, books.get(record.rulebook_hash), _terms(ledger, record))


def again(
    record: DecisionRecord, rulebook: Rulebook | str, terms: PlanTerms | None = None
) -> Replayed:
    """The record decided again by the functions that decided it. A text says why there are no
    rules."""
    if isinstance(rulebook, str):
        return Replayed(record.decision_id, rulebook)
    try:
        made = _made(record, rulebook, terms)
    except (StrategyError, ValueError) as error:
        return Replayed(record.decision_id, f"cannot be decided again: {error}")
    differing = [name for name in COMPARED if _bits(record, name) != _bits(made, name)]
    if not differing:
        return Replayed(record.decision_id, None)
    told = [f"{name}: was {_bits(record, name)}, is {_bits(made, name)}" for name in differing]
    return Replayed(record.decision_id, "; ".join(told))


def _made(record: DecisionRecord, rulebook: Rulebook, terms: PlanTerms | None) -> DecisionRecord:
    assert record.grounds is not None, "kept with every entry of the chain"
    if record.kind is Asked.RELIEF:
        request = relief.request_of(record)
        return relief.settle(request, record.decision_id, rulebook, record.grounds)
    asked = request_of(record)
    return decide.settle(asked, record.decision_id, rulebook, record.grounds, terms)


def _terms(ledger: Reader, record: DecisionRecord) -> PlanTerms | None:
    """Those of the plan that was active; None without one."""
    plan_id = record.plan_id
    return None if plan_id is None else ledger.read(lambda tx: tx.plans.terms(plan_id))


def _bits(record: DecisionRecord, name: str) -> str:
    return msgspec.json.encode(getattr(record, name), order="deterministic").decode()


class _Books:
    """Rulebooks of the ledger, each compiled and proven once."""

    def __init__(self, ledger: Reader) -> None:
        self._ledger = ledger
        self._found: dict[str, Rulebook | str] = {}

    def get(self, hash_: str) -> Rulebook | str:
        """The rulebook, or why it cannot be had."""
        if hash_ not in self._found:
            self._found[hash_] = self._compiled(hash_)
        return self._found[hash_]

    def _compiled(self, hash_: str) -> Rulebook | str:
        files = self._ledger.read(lambda tx: tx.rulebooks.files(hash_))
        if files is None:
            return f"rulebook {hash_[:12]} is not in the ledger"
        try:
            made = publish(files)
        except StrategyError as error:
            return f"rulebook {hash_[:12]} does not compile any more: {error}"
        if made.hash != hash_:
            return (
                f"the texts kept for rulebook {hash_[:12]} now make {made.hash[:12]}: they were"
                " changed, or this version of the program reads them differently"
            )
        return made
