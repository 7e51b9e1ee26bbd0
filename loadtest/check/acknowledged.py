"""What callers were told against what stands in the ledger."""

from collections import defaultdict
from collections.abc import Iterator

from loadtest.check.rows import Rows
from loadtest.check.violation import Violation
from loadtest.journal import Answered, Line, Recorded, Reported

_EVENT_OF = {
    "promise_to_pay": "promise",
    "dispute": "dispute",
    "complaint": "complaint",
    "asks_for_help": "hardship",
}


def missing(lines: list[Line], rows: Rows) -> Iterator[Violation]:
    """Acknowledged permits, outcomes and events that are not there."""
    reported: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        match line:
            case Answered(permit_id="", decision_id=decision):
                if not rows.has_decision(decision):
                    yield Violation("acknowledged", decision, "the decision is not in the ledger")
            case Answered(permit_id=permit):
                if rows.tried(permit) is None:
                    yield Violation("acknowledged", permit, "the permit is not in the ledger")
            case Reported(permit_id=permit, outcome=outcome):
                reported[permit].add(outcome)
            case Recorded(event_id=event):
                if not rows.has_event(event):
                    yield Violation("acknowledged", event, "the event is not in the ledger")
    for permit, outcomes in reported.items():
        found = rows.tried(permit)
        if found is None or found.outcome not in outcomes:
            stands = "nothing" if found is None else found.outcome
            told = ", ".join(sorted(outcomes))
            yield Violation("acknowledged", permit, f"outcome {told} was lost; {stands} stands")
        elif (kind := _EVENT_OF.get(found.outcome)) and not rows.has_event(f"{permit}:{kind}"):
            yield Violation("acknowledged", permit, f"its {kind} was lost")


def answered_twice(lines: list[Line], rows: Rows) -> Iterator[Violation]:
    """Request ids with more than one answer, among callers or in the ledger."""
    first: dict[str, Answered] = {}
    for line in lines:
        if not isinstance(line, Answered):
            continue
        known = first.setdefault(line.request_id, line)
        if known.digest != line.digest:
            what = f"{known.decision_id} {known.permit_id}, then {line.decision_id}"
            yield Violation("repeated id", line.request_id, f"{what} {line.permit_id}, or more")
    for request_id, answer in first.items():
        if (kept := rows.answer_to(request_id)) not in (None, answer.decision_id):
            what = f"told {answer.decision_id}, the ledger has {kept}"
            yield Violation("repeated id", request_id, what)


def clocks(answers: dict[str, Answered], ahead: int, tolerance: int) -> Iterator[Violation]:
    """Permits whose instant is not the one at which they were asked for: `ahead` is by how much the
    server's clock should be ahead of the generators', in microseconds."""
    for permit, told in answers.items():
        early = told.sent + ahead - tolerance - told.granted
        late = told.granted - (told.received + ahead + tolerance)
        if (off := max(early, late)) > 0:
            what = f"the server's clock was {off / 1e6 + tolerance / 1e6:.0f} s wrong"
            yield Violation("clock", permit, what)
