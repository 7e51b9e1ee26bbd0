"""Rule files compiled and checked together, but not yet proven."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from strategy.domain.directive import Directive, ScriptChoice, ScriptUse
from strategy.domain.script import Script
from strategy.rules.catalogue import Catalogue
from strategy.rules.diagnostic import Finding, RuleError, diagnose_all, finding
from strategy.rules.group import Group, pack
from strategy.rules.language import Speech
from strategy.rules.read_directive import PERSONA
from strategy.rules.read_pack import read_pack
from strategy.rules.read_vocabulary import read_vocabulary
from strategy.rules.reader import Reader
from strategy.rules.rule import Pack, PackKind, Rule
from strategy.rules.say import closest
from strategy.rules.segment import Segment
from strategy.rules.source import Item, Problems, RuleFile, parse
from strategy.rules.ties import ties
from strategy.rules.tightening import loosening

Parser = Callable[[RuleFile, Problems, Catalogue], Item]
"""Makes the tree that the YAML of the same meaning would give, all declared fields known."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Compiled rules, law before house, then by file and line. Everything here is plain data.

    `closed` maps jurisdictions in which nobody is contacted to the reason. `sorting` groups the
    segments as `groups` does the rules. `speeches` says of each file how it speaks.
    """

    files: tuple[RuleFile, ...]
    rules: tuple[Rule, ...]
    scripts: tuple[Script, ...]
    jurisdictions: frozenset[str]
    groups: tuple[Group, ...]
    fields: Catalogue
    segments: tuple[Segment, ...]
    closed: Mapping[str, str]
    sorting: tuple[Group, ...]
    speeches: Mapping[str, Speech]

    @property
    def proven(self) -> tuple[Group, ...]:
        """Groups of rules, then groups of segments: all that durable_rules has to fire."""
        return (*self.groups, *self.sorting)

    def names(self, group: Group) -> list[str]:
        """Of the rules or segments in a group, each with its place."""
        if group in self.groups:
            return [f"{self.rules[i].ref.id} at {self.rules[i].ref.source}" for i in group.rules]
        return [f"{self.segments[i].id} at {self.segments[i].source}" for i in group.rules]


def compile_rules(files: Sequence[RuleFile], parsers: Mapping[str, Parser] | None = None) -> Draft:
    """Compiles rule files; `parsers` by the end of the file name, YAML for all others.

    Raises `RuleError` with every mistake in all of them.
    """
    files = sorted(files, key=lambda file: file.name)
    read = parse_all(files, parsers or {})
    known = read_vocabulary([(reader, root) for _, reader, root in read])
    packs: list[tuple[RuleFile, Pack]] = []
    for file, reader, root in read:
        one = read_pack(reader, root, known)
        if one is not None:
            packs.append((file, one))
    problems = [problem for _, reader, _ in read for problem in reader.found]
    found = [*_disagreements(packs)]
    packs.sort(key=lambda one: one[1].kind is PackKind.HOUSE)
    rules = tuple(rule for _, one in packs for rule in one.rules)
    scripts = tuple(script for _, one in packs for script in one.scripts)
    segments = tuple(segment for _, one in packs for segment in one.segments)
    found += _repeated(rules, packs)
    if not problems and not found:  # a script of a broken file would seem unknown
        rules = tuple(_with_personas(rule, scripts) for rule in rules)
        found += [*_unknown_scripts(rules, scripts), *ties(rules), *loosening(rules)]
    if not files:
        found.append(finding("rules:1", "empty.files"))
    speeches = {file.name: reader.speech for file, reader, _ in read}
    problems += diagnose_all(found, speeches)
    if problems:
        raise RuleError(problems)
    law = [one for _, one in packs if one.kind is PackKind.LAW]
    shut = [one for _, one in packs if one.kind is PackKind.CLOSED]
    return Draft(
        tuple(files),
        rules,
        scripts,
        frozenset(code for one in law for code in one.jurisdictions),
        pack([rule.condition for rule in rules]),
        known.fields,
        segments,
        {code: one.reason for one in shut for code in sorted(one.jurisdictions)},
        pack([segment.condition for segment in segments]),
        speeches,
    )


def parse_all(
    files: Sequence[RuleFile], parsers: Mapping[str, Parser]
) -> list[tuple[RuleFile, Reader, Item]]:
    """The tree of each file, and the reader that holds its problems so far.

    YAML comes first: other forms may speak of the fields that it declares. Where they declare some
    themselves, in whatever file, they are read again with all of them known."""
    chosen = {
        file.name: next((p for end, p in parsers.items() if file.name.endswith(end)), None)
        for file in files
    }
    readers = {file.name: Reader(file.name) for file in files}
    trees: dict[str, Item] = {}
    for file in files:
        if chosen[file.name] is None:
            trees[file.name] = parse(file.text, readers[file.name])
    fields = _declared(trees)
    for _ in range(2 if len(trees) < len(files) else 0):
        for file in files:
            parser = chosen[file.name]
            if parser is not None:
                readers[file.name] = Reader(file.name)
                trees[file.name] = parser(file, readers[file.name], fields)
        known, fields = fields, _declared(trees)
        if fields == known:
            break
    return [(file, readers[file.name], trees[file.name]) for file in files]


def _declared(trees: Mapping[str, Item]) -> Catalogue:
    """The fields of all trees; their mistakes are told later."""
    return read_vocabulary([(Reader(name), root) for name, root in trees.items()]).fields


def _disagreements(packs: Sequence[tuple[RuleFile, Pack]]) -> Iterator[Finding]:
    """Files of one pack say the same about it."""
    first: dict[str, tuple[RuleFile, Pack]] = {}
    for file, one in packs:
        other_file, other = first.setdefault(one.name, (file, one))
        if (one.kind, one.jurisdictions) != (other.kind, other.jurisdictions):
            place = other_file.name
            yield finding(f"{file.name}:1", "pack-differs", pack=one.name, place=place)


def _repeated(rules: Sequence[Rule], packs: Sequence[tuple[RuleFile, Pack]]) -> Iterator[Finding]:
    first, scripts = dict[str, list[Rule]](), dict[str, str]()
    for rule in rules:
        versions = first.setdefault(rule.ref.id, [])
        clash = next((one for one in versions if not _another_version(one, rule)), None)
        if clash is not None:
            yield finding(
                rule.ref.source,
                "duplicate-id.rule",
                rule=rule.ref.id,
                place=clash.ref.source,
                key="valid_from",
                other="valid_to",
            )
        versions.append(rule)
    for file, one in packs:
        for script in one.scripts:
            if place := scripts.get(script.id):
                at, said = f"{file.name}:1", script.id
                yield finding(at, "duplicate-id.script", script=said, place=place)
            scripts[script.id] = file.name
    sorting = [(file, one) for file, one in packs if one.segments]
    for file, _ in sorting[1:]:
        yield finding(f"{file.name}:1", "duplicate-id.segments", place=sorting[0][0].name)
    for _, one in sorting:
        yield from _repeated_segments(one.segments)


def _repeated_segments(segments: Sequence[Segment]) -> Iterator[Finding]:
    seen = dict[str, str]()
    for one in segments:
        if place := seen.get(one.id):
            yield finding(one.source, "duplicate-id.segment", segment=one.id, place=place)
        seen.setdefault(one.id, one.source)


def _another_version(one: Rule, other: Rule) -> bool:
    """The history of a rule: the same id in the same pack, never two on one day."""
    if one.pack != other.pack:
        return False
    return any(
        earlier.ref.valid_to is not None
        and later.ref.valid_from is not None
        and earlier.ref.valid_to < later.ref.valid_from
        for earlier, later in ((one, other), (other, one))
    )


def _with_personas(rule: Rule, scripts: Sequence[Script]) -> Rule:
    """Personas replaced by the scripts that they speak."""
    return replace(rule, directives=tuple(_resolved(d, scripts) for d in rule.directives))


def _resolved(directive: Directive, scripts: Sequence[Script]) -> Directive:
    if not isinstance(directive, ScriptChoice):
        return directive
    named = frozenset[str]()
    for one in directive.scripts:
        speaks = {s.id for s in scripts if s.robot == one.removeprefix(PERSONA)}
        named |= speaks if one.startswith(PERSONA) and speaks else {one}
    return replace(directive, scripts=named)


def _unknown_scripts(rules: Sequence[Rule], scripts: Sequence[Script]) -> Iterator[Finding]:
    known = {script.id: script for script in scripts}
    for rule in rules:
        at = rule.ref.source
        for choice in (d for d in rule.directives if isinstance(d, ScriptChoice)):
            for name in sorted(choice.scripts):
                if name.startswith(PERSONA):
                    persona = name.removeprefix(PERSONA)
                    yield finding(at, "unknown-script.persona", persona=persona)
                elif name not in known:
                    meant = closest(name, known)
                    yield finding(at, "unknown-script", word=name, closest=meant)
                elif known[name].channel not in choice.channels:
                    channel = known[name].channel
                    yield finding(at, "wrong-channel", script=name, key=channel)
            speaking = {known[name].channel for name in choice.scripts if name in known}
            silent = sorted(choice.channels - speaking)
            if choice.use is ScriptUse.ALLOW and silent:
                yield finding(at, "wrong-channel.silent", channels=silent)
