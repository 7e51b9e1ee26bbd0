"""Whether a condition can hold at all, for values that are present."""

from strategy.domain.facts import Fact
from strategy.rules.atom import Atom
from strategy.rules.catalogue import Field
from strategy.rules.condition import Condition, atoms_of, clauses


def can_hold(condition: Condition) -> bool:
    """False for contradictions such as `stage = early and stage = late`.

    Exact: within one field every atom is constant between neighbouring boundary values, so trying
    those values tries everything. At most 12 atoms are expected.
    """
    atoms = atoms_of(condition)
    bit = {atom: index for index, atom in enumerate(atoms)}
    return any(
        _clause_can_hold([atom for atom in atoms if mask >> bit[atom] & 1])
        for mask in clauses(condition, bit)
    )


def _clause_can_hold(atoms: list[Atom]) -> bool:
    fields: dict[Field, list[Atom]] = {}
    for atom in atoms:
        fields.setdefault(atom.field, []).append(atom)
    return all(_field_can_hold(field, group) for field, group in fields.items())


def _field_can_hold(field: Field, atoms: list[Atom]) -> bool:
    values: set[Fact] = {v for atom in atoms for v in atom.boundaries() if v is not None}
    currencies = {getattr(atom, "currency", "") for atom in atoms}
    if len(currencies) > 1:
        return False
    (currency,) = currencies
    tests = [atom.scalar() for atom in atoms]
    return any(
        all(test({"currency": currency or None, field.name: value}) for test in tests)
        for value in values
        if field.is_readable(value)
    )
