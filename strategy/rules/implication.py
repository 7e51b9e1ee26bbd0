"""Whether one condition implies another, exactly, missing values included.

Within one field every atom is constant between neighbouring boundary values, so trying those
values tries everything. Amounts are tried together with the currency they depend on.
"""

from collections.abc import Iterator, Mapping
from itertools import product

from strategy.domain.facts import Fact
from strategy.rules.atom import Atom, Between
from strategy.rules.condition import Condition, atoms_of, clauses

_MOST_CASES = 50_000


def implies(one: Condition, other: Condition) -> bool:
    """True when `other` holds for all facts for which `one` does.

    False as well where there are too many cases to try; that a rule is needless is then not said.
    """
    asked = atoms_of(one)
    bit = {atom: index for index, atom in enumerate(asked)}
    return not any(
        _can_fail(other, [atom for atom in asked if mask >> bit[atom] & 1])
        for mask in clauses(one, bit)
    )


def _can_fail(condition: Condition, given: list[Atom]) -> bool:
    """Whether the condition can be false while all the given atoms are true."""
    asked = atoms_of(condition)
    bit = {atom: index for index, atom in enumerate(asked)}
    wanted = clauses(condition, bit)
    signatures = []
    for together in _related((*given, *asked)):
        if not any(atom in given or atom in bit for atom in together):
            continue
        true = [atom.scalar() for atom in together if atom in given]
        tests = [(1 << bit[atom], atom.scalar()) for atom in together if atom in bit]
        found = {
            sum(mask for mask, test in tests if test(facts))
            for facts in _situations(together)
            if all(test(facts) for test in true)
        }
        if not found:
            return False  # the given atoms contradict each other
        signatures.append(found)
    cases = 1
    for found in signatures:
        cases *= len(found)
    if cases > _MOST_CASES:
        return True
    return any(
        not any(signature & mask == mask for mask in wanted)
        for signature in map(sum, product(*signatures))
    )


def _related(atoms: tuple[Atom, ...]) -> list[list[Atom]]:
    """Atoms over one field; all that depend on the currency count as one field."""
    groups: dict[str, list[Atom]] = {}
    for atom in dict.fromkeys(atoms):
        money = isinstance(atom, Between) and atom.currency
        groups.setdefault("currency" if money else atom.field.name, []).append(atom)
    return list(groups.values())


def _situations(atoms: list[Atom]) -> Iterator[Mapping[str, Fact]]:
    values: dict[str, set[Fact]] = {}
    for atom in atoms:
        values.setdefault(atom.field.name, set()).update(atom.boundaries())
        if isinstance(atom, Between) and atom.currency:
            values.setdefault("currency", {None, "XXX"}).add(atom.currency)
    for situation in product(*values.values()):
        yield dict(zip(values, situation, strict=True))
