"""Messages of the rulebook service, to domain and back."""

from strategy.api.v1 import rulebook_pb2 as pb
from strategy.domain.rulebook_change import RulebookChange
from strategy.rules.diagnostic import Diagnostic
from strategy.rules.rulebook import Rulebook
from strategy.rules.source import RuleFile
from strategy.service.form import Form
from strategy.service.words import stamp

MOST_FILES = 1000


def rule_files(message: pb.CheckRulesRequest) -> tuple[RuleFile, ...]:
    with Form() as form:
        if len(message.files) > MOST_FILES:
            form.fault("files", f"has {len(message.files)} items, at most {MOST_FILES}")
        names = [
            form.text(f"files[{place}].name", file.name) for place, file in enumerate(message.files)
        ]
        for place, name in enumerate(names):
            if name in names[:place]:
                form.fault(f"files[{place}].name", "is the name of another file as well")
    return tuple(RuleFile(file.name, file.text) for file in message.files)


def rulebook_message(rulebook: Rulebook, refusal: str, change: RulebookChange) -> pb.Rulebook:
    return pb.Rulebook(
        hash=rulebook.hash,
        rules=[
            pb.Rule(
                rule_id=rule.ref.id,
                title=rule.ref.title,
                source=rule.ref.source,
                citation=rule.ref.citation,
                force=rule.ref.force,
            )
            for rule in rulebook.rules
        ],
        scripts=[
            pb.Script(
                script_id=script.id,
                channel=script.channel,
                title=script.title,
                languages=sorted(script.languages),
                persona=script.persona,
            )
            for script in rulebook.scripts.values()
        ],
        last_refusal=refusal,
        change=change_message(change),
    )


def change_message(change: RulebookChange) -> pb.RulebookChange:
    return pb.RulebookChange(hash=change.hash, at=stamp(change.at), how=change.how, by=change.by)


def diagnostic_message(one: Diagnostic) -> pb.Diagnostic:
    return pb.Diagnostic(
        file=one.file,
        line=one.line,
        column=one.column,
        code=one.code,
        what=one.what,
        help=one.help,
    )
