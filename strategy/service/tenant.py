"""What a caller bound to an agency may touch: requests in its name, and what came of them.

One ledger is one lender. An agency's attempts bear its name, so these can be kept apart; accounts
and people are the lender's and bear none.
"""

from dataclasses import replace

from strategy.domain.decision_record import DecisionRecord
from strategy.domain.decision_request import DecideRequest, PermitRequest
from strategy.domain.event import Event, EventKind
from strategy.errors import NotFound
from strategy.ledger.ledger import Ledger
from strategy.service.clients import CALLER, NotAllowed

HEARD = frozenset(
    {
        EventKind.COMPLAINT,
        EventKind.DISPUTE,
        EventKind.HARDSHIP,
        EventKind.ATTORNEY,
        EventKind.CEASE,
        EventKind.DECEASED,
        EventKind.BANKRUPTCY,
        EventKind.MORATORIUM,
        EventKind.INCAPACITY,
        EventKind.BEREAVEMENT,
        EventKind.DISASTER,
        EventKind.FRAUD,
        EventKind.WRONG_NUMBER,
        EventKind.OPT_OUT,
    }
)
"""Events that only ever protect a person. Whoever hears one must be able to record it."""


def own_dial(request: PermitRequest) -> PermitRequest:
    """The request in the name of the caller's agency. Raises `NotAllowed` for another's."""
    return replace(request, agency=_own_name(request.agency), request_id=own_id(request.request_id))


def own_question(request: DecideRequest) -> DecideRequest:
    """As `own_dial`."""
    return replace(request, agency=_own_name(request.agency), request_id=own_id(request.request_id))


def own_id(id: str) -> str:  # noqa: A002 - of a request or an event
    """Apart from everybody else's: an agency cannot use up the ids of others, nor they its own."""
    bound = CALLER.get().agency
    return f"{bound}\n{id}" if bound else id


def own_event(event: Event) -> Event:
    """Raises `NotAllowed` for what an agency may not record."""
    if CALLER.get().agency and event.kind not in HEARD:
        kinds = ", ".join(sorted(HEARD))
        raise NotAllowed(f"kind: an agency may record only {kinds}")
    return replace(event, id=own_id(event.id))


def own_decision(record: DecisionRecord) -> DecisionRecord:
    """Raises `NotFound` for a decision that the caller may not know of."""
    bound = CALLER.get().agency
    if bound and record.asked.get("agency") != bound:
        raise NotFound(f"no decision `{record.decision_id}`")
    return record


def check_permit(ledger: Ledger, permit_id: str) -> None:
    """To an agency the permits of others do not exist. Raises `NotFound`."""
    bound = CALLER.get().agency
    if not bound:
        return
    found = ledger.read(lambda tx: tx.attempts.permit(permit_id))
    if found is None or found[0].agency != bound:
        raise NotFound(f"no permit `{permit_id}`")


def _own_name(asked: str) -> str:
    bound = CALLER.get().agency
    if bound and asked not in ("", bound):
        raise NotAllowed("agency: this token is of another agency")
    return bound or asked
