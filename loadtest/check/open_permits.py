"""One open permit a person: no second one may be answered while the first is certainly open.

The ledger does not keep when an outcome came, so the journal says: a permit is certainly open until
its outcome was *sent*. A second permit whose answer was there before that, within the first one's
lease, was granted beside it.
"""

from collections.abc import Iterator, Sequence

from loadtest.check.rows import Granted, Tried
from loadtest.check.violation import Violation
from loadtest.journal import Answered, Reported

_SLOWEST_ANSWER = 30_000_000
_HOUR = 3_600_000_000


def overlapping(
    of_party: Sequence[Granted], answers: dict[str, Answered], reports: dict[str, Reported]
) -> Iterator[Violation]:
    """`of_party` in the order of the chain; answers and reports by permit id."""
    for number, second in enumerate(of_party):
        for first in of_party[:number]:
            if _beside(first.permit, second.permit, answers, reports):
                what = f"granted while {first.permit.id} was open for {first.permit.party}"
                yield Violation("open permit", second.permit.id, what)


def _beside(
    first: Tried, second: Tried, answers: dict[str, Answered], reports: dict[str, Reported]
) -> bool:
    if first.state == "confirmed":
        return second.granted < first.at + _HOUR
    if second.granted >= first.expires:
        return False
    if first.state == "reserved":
        return True
    report, told = reports.get(first.id), answers.get(second.id)
    if report is None:  # somebody reported it and never heard that it arrived
        return False
    # Without an answer nobody knows when it was granted by the generator's clock.
    latest = told.received if told else None
    if latest is None:
        own = answers.get(first.id)
        ahead = own.granted - own.received if own else 0
        latest = second.granted - ahead + _SLOWEST_ANSWER
    return latest < report.sent
