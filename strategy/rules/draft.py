"""Rule files compiled and checked together, but not yet proven."""

from collections.abc import Sequence
from dataclasses import dataclass

from strategy.domain.directive import ScriptChoice, ScriptUse
from strategy.domain.script import Script
from strategy.rules.diagnostic import Diagnostic, RuleError
from strategy.rules.group import Group, pack
from strategy.rules.read_pack import read_pack
from strategy.rules.reader import closest
from strategy.rules.rule import Pack, PackKind, Rule
from strategy.rules.source import RuleFile


@dataclass(frozen=True, slots=True)
class Draft:
    """Compiled rules, law before house, then by file and line. Everything here is plain data."""

    files: tuple[RuleFile, ...]
    rules: tuple[Rule, ...]
    scripts: tuple[Script, ...]
    jurisdictions: frozenset[str]
    groups: tuple[Group, ...]


def compile_rules(files: Sequence[RuleFile]) -> Draft:
    """Compiles rule files. Raises `RuleError` with every mistake in all of them."""
    files = sorted(files, key=lambda file: file.name)
    problems: list[Diagnostic] = []
    packs: list[tuple[RuleFile, Pack]] = []
    for file in files:
        pack_, reader = read_pack(file)
        problems += reader.found
        if pack_ is not None:
            packs.append((file, pack_))
    problems += _disagreements(packs)
    packs.sort(key=lambda one: one[1].kind is PackKind.HOUSE)
    rules = tuple(rule for _, one in packs for rule in one.rules)
    scripts = tuple(script for _, one in packs for script in one.scripts)
    problems += _repeated(rules, packs)
    if not problems:  # a script of a broken file would seem unknown
        problems += _unknown_scripts(rules, scripts)
    if not files:
        problems.append(Diagnostic("rules", 1, 1, "empty", "there are no rule files"))
    if problems:
        raise RuleError(problems)
    jurisdictions = frozenset(code for _, one in packs for code in one.jurisdictions)
    return Draft(tuple(files), rules, scripts, jurisdictions, pack(rules))


def _disagreements(packs: Sequence[tuple[RuleFile, Pack]]) -> list[Diagnostic]:
    """Files of one pack say the same about it."""
    first: dict[str, tuple[RuleFile, Pack]] = {}
    found = []
    for file, one in packs:
        other_file, other = first.setdefault(one.name, (file, one))
        if (one.kind, one.jurisdictions) != (other.kind, other.jurisdictions):
            what = f"pack `{one.name}` has another kind or jurisdictions in {other_file.name}"
            found.append(Diagnostic(file.name, 1, 1, "pack-differs", what, "make them agree"))
    return found


def _repeated(rules: Sequence[Rule], packs: Sequence[tuple[RuleFile, Pack]]) -> list[Diagnostic]:
    found, first, scripts = [], dict[str, str](), dict[str, str]()
    for rule in rules:
        source = first.setdefault(rule.ref.id, rule.ref.source)
        if source != rule.ref.source:
            found.append(_at(rule, "duplicate-id", f"`{rule.ref.id}` is already at {source}"))
    for file, one in packs:
        for script in one.scripts:
            if script.id in scripts:
                what = f"script `{script.id}` is already in {scripts[script.id]}"
                found.append(Diagnostic(file.name, 1, 1, "duplicate-id", what, "rename one"))
            scripts[script.id] = file.name
    return found


def _unknown_scripts(rules: Sequence[Rule], scripts: Sequence[Script]) -> list[Diagnostic]:
    known = {script.id: script for script in scripts}
    found = []
    for rule in rules:
        for choice in (d for d in rule.directives if isinstance(d, ScriptChoice)):
            for name in sorted(choice.scripts):
                if name not in known:
                    remedy = closest(name, known)
                    found.append(_at(rule, "unknown-script", f"unknown script `{name}`", remedy))
                elif known[name].channel not in choice.channels:
                    what = f"script `{name}` is for {known[name].channel}"
                    found.append(_at(rule, "wrong-channel", what, "name its channel or remove it"))
            speaking = {known[name].channel for name in choice.scripts if name in known}
            silent = sorted(choice.channels - speaking)
            if choice.use is ScriptUse.ALLOW and silent:
                what = f"no allowed script is for {', '.join(silent)}"
                found.append(_at(rule, "wrong-channel", what, "add one, or forbid the channel"))
    return found


def _at(rule: Rule, code: str, what: str, remedy: str = "") -> Diagnostic:
    file, line = rule.ref.source.rsplit(":", 1)
    return Diagnostic(file, int(line), 1, code, what, remedy)
