"""script_choice: which scripts the rules leave for this account.

Allowed and forbidden scripts all hold together. Of rules that require a script, those of the
highest priority decide; where several do, the script must be in all of them.
"""

from collections.abc import Iterator, Sequence

from strategy.domain.attempt import Proposal
from strategy.domain.channel import Channel
from strategy.domain.directive import ScriptChoice, ScriptUse
from strategy.domain.reason import Reason
from strategy.domain.slot import Slot
from strategy.limits.case import Case


def blocks(proposal: Proposal, case: Case) -> Iterator[Reason]:
    if proposal.script is None:
        return
    for choice in _against(proposal.script, list(case.directives(ScriptChoice, proposal))):
        yield Reason(
            "script_choice",
            f"{choice.rule.title}: script `{proposal.script}` is not for this account",
            choice.rule,
        )


def allowed(script: str, channel: Channel, slots: Sequence[Slot], case: Case) -> bool:
    """Whether the script may be used in all of these slots."""
    choices = list(case.on(ScriptChoice, channel, slots[0].start, slots[-1].end))
    return not any(_against(script, choices))


def _against(script: str, choices: Sequence[ScriptChoice]) -> Iterator[ScriptChoice]:
    needs = [choice.priority for choice in choices if choice.use is ScriptUse.REQUIRE]
    for choice in choices:
        if choice.use is ScriptUse.REQUIRE and choice.priority < max(needs):
            continue
        if (script in choice.scripts) is (choice.use is ScriptUse.FORBID):
            yield choice
