"""Every atom means the same online and in batch."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategy.errors import InputError
from strategy.rules.atom import Atom, Between, OneOf
from strategy.rules.batch import columns
from strategy.rules.catalogue import BUILT_IN, FieldKind
from strategy.rules.proof import atom_differences


def _atoms() -> st.SearchStrategy[Atom]:
    def atom(field_name: str) -> st.SearchStrategy[Atom]:
        field = BUILT_IN[field_name]
        if field.kind in (FieldKind.WHOLE, FieldKind.MONEY):
            bound = st.none() | st.integers(-5, 5) | st.integers(-(2**40), 2**40)
            currency = st.just("CNY" if field.kind is FieldKind.MONEY else "")
            return st.builds(
                Between, st.just(field), bound, bound, st.booleans(), st.booleans(), currency
            )
        if field.kind is FieldKind.FLAG:
            values = st.sampled_from([(True,), (False,)])
            return st.builds(OneOf, st.just(field), values, st.just(True), st.booleans())
        words = st.sampled_from(field.choices or ("CN", "HK", "zh"))
        some = st.lists(words, min_size=1, max_size=3, unique=True).map(tuple)
        return st.builds(OneOf, st.just(field), some, st.booleans(), st.booleans())

    return st.sampled_from(sorted(BUILT_IN)).flatmap(atom)


@given(_atoms())
def test_closure_and_expression_agree_on_every_boundary(atom: Atom) -> None:
    assert atom_differences(atom) == []


@given(_atoms())
def test_a_negated_atom_is_the_opposite_everywhere(atom: Atom) -> None:
    if isinstance(atom, Between) and (atom.low is None) and (atom.high is None):
        return  # no author can write a question without bounds
    if isinstance(atom, Between) and not atom.inside and None in (atom.low, atom.high):
        return
    test, opposite = atom.scalar(), atom.negated().scalar()
    for value in atom.boundaries():
        facts = {"currency": "CNY", atom.field.name: value}
        assert test(facts) is not opposite(facts)


def test_the_comparison_finds_a_wrong_expression(monkeypatch: pytest.MonkeyPatch) -> None:
    atom = Between(BUILT_IN["days_past_due"], 31, None, True, True)
    monkeypatch.setattr(Between, "expression", lambda self: pl.col(self.field.name) > 31)
    found = atom_differences(atom)
    assert "`days_past_due >= 31` on {'days_past_due': 31}: True online, False in batch" in found


def test_an_absent_or_empty_column_is_missing_in_every_row() -> None:
    frame = columns(pl.DataFrame({"attorney": [None, None]}), BUILT_IN)
    assert frame["attorney"].to_list() == [None, None]
    assert frame["attorney"].dtype == pl.Boolean
    assert frame["days_past_due"].dtype == pl.Int64


@pytest.mark.parametrize(
    ("name", "values"),
    [("days_past_due", ["45"]), ("balance", [1.5]), ("attorney", [1]), ("stage", [True])],
)
def test_a_column_of_the_wrong_type_is_refused_and_not_guessed_at(
    name: str, values: list[object]
) -> None:
    with pytest.raises(InputError, match=f"column `{name}`: must hold"):
        columns(pl.DataFrame({name: values}), BUILT_IN)
