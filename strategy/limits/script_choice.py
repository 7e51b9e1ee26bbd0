"""script_choice: which scripts the rules leave for this account."""

from collections.abc import Iterator

from strategy.domain.attempt import Proposal
from strategy.domain.channel import Channel
from strategy.domain.directive import ScriptChoice, ScriptUse
from strategy.domain.reason import Reason
from strategy.limits.case import Case


def blocks(proposal: Proposal, case: Case) -> Iterator[Reason]:
    if proposal.script is None:
        return
    for choice in case.directives(ScriptChoice, proposal.channel):
        if not _permits(choice, proposal.script):
            yield Reason(
                "script_choice",
                f"{choice.rule.title}: script `{proposal.script}` is not for this account",
                choice.rule,
            )


def allowed(script: str, channel: Channel, case: Case) -> bool:
    return all(_permits(choice, script) for choice in case.directives(ScriptChoice, channel))


def _permits(choice: ScriptChoice, script: str) -> bool:
    return (script in choice.scripts) is (choice.use is ScriptUse.ALLOW)
