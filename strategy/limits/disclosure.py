"""disclosure: whoever does not owe the debt hears nothing about it.

Only a script that mentions nothing of the debt may be used for a contact person. What is not known
of a script counts as said; so does what is asked without one. Where nobody knows who answers, the
limit `contact_point` refuses whatever is said.
"""

from collections.abc import Iterator

from strategy.domain.attempt import Proposal
from strategy.domain.contact_point import Owner
from strategy.domain.reason import Reason
from strategy.limits.case import Case


def blocks(proposal: Proposal, _: Case) -> Iterator[Reason]:
    if proposal.contact_point.owner is Owner.CONTACT_PERSON and proposal.mentions:
        script = f"script `{proposal.script}`" if proposal.script else "a script nobody named"
        yield Reason(
            "disclosure",
            f"{script} tells somebody who does not owe the debt about it",
            values=(("mentions", ", ".join(sorted(proposal.mentions))),),
        )
