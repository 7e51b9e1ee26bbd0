"""From a parsed sentence to the tree that the same rule in YAML gives, places included."""

from typing import Any, cast

from lark import Token, v_args
from lark.tree import Meta

from strategy.rules.catalogue import Catalogue, FieldKind
from strategy.rules.language import Language
from strategy.rules.source import Item, Listing, Scalar, Table
from strategy.sentences.declaration_tree import DeclarationTree, called
from strategy.sentences.grammar import phrase, words_of
from strategy.sentences.nodes import at, listing, named, place, spaced, table, with_entry

_LISTS = {
    "owners": "owners",
    "kinds": "kinds",
    "weekdays": "weekdays",
    "exempt": "exempt",
    "uncounted": "uncounted",
}


class ToTree(DeclarationTree):
    """The same for rules and the conditions of segments."""

    def __init__(self, language: Language, fields: Catalogue) -> None:
        super().__init__(language)
        side = 0 if language is Language.EN else 1
        for field in fields.values():
            if field.kind is FieldKind.CHOICE:
                said = {pair[side]: value for value, pair in words_of(field).items()}
                self._words[f"V_{field.name.upper()}"] = said
        self._fields = {phrase(field, language): name for name, field in fields.items()}

    def rule(self, parts: list[Any]) -> Table:
        when, then, rule_id = parts
        return table(("id", self._scalar(rule_id)), ("when", when), ("then", then))

    def then(self, parts: list[Item]) -> Item:
        return parts[0] if len(parts) == 1 else listing(parts)

    @v_args(meta=True)
    def always(self, meta: Meta, _: list[Any]) -> Scalar:
        return Scalar("always", *at(meta))

    def when(self, parts: list[Item]) -> Item:
        return parts[0]

    def any_of(self, parts: list[Item]) -> Item:
        return parts[0] if len(parts) == 1 else table(("any", listing(parts)))

    def all_of(self, parts: list[Item]) -> Item:
        return parts[0] if len(parts) == 1 else table(("all", listing(parts)))

    def negated(self, parts: list[Item]) -> Table:
        return table(("not", parts[0]))

    def asked(self, parts: list[Any]) -> Table:
        """What a missing value means is said of the question as it stands, negated or not."""
        question, missing = cast(Table, parts[0]), parts[1]
        if missing is None:
            return question
        said = missing.value in ("true", "是")
        key, value = question.entries[0]
        if key.value != "not":
            return with_entry(question, "if_missing", Scalar(said, missing.line, missing.column))
        turned = Scalar(not said, missing.line, missing.column)
        return table(("not", with_entry(cast(Table, value), "if_missing", turned)))

    def flag(self, parts: list[Token]) -> Table:
        return self._question(parts[0], Scalar(True, *place(parts[0])))

    def compared(self, parts: list[Any]) -> Table:
        field, comparison, value = parts
        word = self._word(comparison)
        if word == "eq":
            return self.equal([field, value])
        if word == "ne":
            return self.unequal([field, value])
        return self._question(field, table((word, self._number(value))))

    def equal(self, parts: list[Any]) -> Table:
        return self._question(parts[0], self._number(parts[1]))

    def unequal(self, parts: list[Any]) -> Table:
        return table(("not", self.equal(parts)))

    def between(self, parts: list[Any]) -> Table:
        field, low, high = parts
        pair = listing([self._number(low), self._number(high)])
        return self._question(field, table(("between", pair)))

    def outside(self, parts: list[Any]) -> Table:
        return table(("not", self.between(parts)))

    def chosen(self, parts: list[Any]) -> Table:
        field, *values = parts
        words = [self._scalar(value) for value in values]
        if len(words) == 1:
            return self._question(field, words[0])
        return self._question(field, table(("in", listing(words))))

    def not_chosen(self, parts: list[Any]) -> Table:
        return table(("not", self.chosen(parts)))

    def number(self, parts: list[Token]) -> Token:
        return parts[0]

    code = number
    whole = number

    def channels(self, parts: list[Token]) -> Item:
        words = [self._scalar(part) for part in parts]
        return words[0] if len(words) == 1 else listing(words)

    def outcomes(self, parts: list[Token]) -> Listing:
        return listing([self._scalar(part) for part in parts])

    def scripts(self, parts: list[Token]) -> list[tuple[str, Item]]:
        """Scripts by id, and by the persona that speaks them."""
        ids = [part for part in parts if part.type == "SCRIPT"]
        speakers = [part for part in parts if part.type == "PERSONA"]
        keys: list[tuple[str, Item]] = []
        if ids:
            keys.append(("scripts", named([called(part) for part in ids], ids)))
        if speakers:
            names = [called(part)[1:-1] for part in speakers]
            keys.append(("personas", named(names, speakers)))
        return keys

    # Parts of directives: (key, value).

    def window(self, parts: list[Token]) -> tuple[str, Item]:
        return "window", listing([Scalar(str(t), *place(t), plain=False) for t in parts])

    def holidays(self, parts: list[Token]) -> tuple[str, Item]:
        return "holidays", self._scalar(parts[0])

    @v_args(meta=True)
    def consent_lifts(self, meta: Meta, _: list[Any]) -> tuple[str, Item]:
        return "consent_lifts", Scalar(True, *at(meta))

    def days(self, parts: list[Token]) -> tuple[str, Item]:
        return "days", self._number(parts[0])

    def hours(self, parts: list[Token]) -> tuple[str, Item]:
        return "hours", self._number(parts[0])

    @v_args(meta=True)
    def week(self, meta: Meta, _: list[Any]) -> tuple[str, Item]:
        return "calendar", Scalar("week", *at(meta))

    @v_args(meta=True)
    def month(self, meta: Meta, _: list[Any]) -> tuple[str, Item]:
        return "calendar", Scalar("month", *at(meta))

    @v_args(meta=True)
    def apart(self, meta: Meta, _: list[Any]) -> tuple[str, Item]:
        return "pooled", Scalar(False, *at(meta))

    @v_args(meta=True)
    def own_account(self, meta: Meta, _: list[Any]) -> tuple[str, Item]:
        return "per", Scalar("account", *at(meta))

    @v_args(meta=True)
    def own_debt(self, meta: Meta, _: list[Any]) -> tuple[str, Item]:
        return "per", Scalar("party_account", *at(meta))

    def begun_by(self, parts: list[Item]) -> tuple[str, Item]:
        return "by", parts[0]

    def __default__(self, data: str, children: list[Any], meta: Meta) -> Any:
        if data in _LISTS:
            return _LISTS[data], listing([self._scalar(child) for child in children])
        return super().__default__(data, children, meta)  # type: ignore[no-untyped-call]

    # Directives.

    def forbid(self, parts: list[Any]) -> Table:
        channels, *more = parts
        windows = [value for key, value in more if key == "window"]
        rest = [one for one in more if one[0] != "window"]
        if len(windows) > 1:
            rest.insert(0, ("windows", listing(windows)))
        elif windows:
            rest.insert(0, ("window", windows[0]))
        return table(("forbid", channels), *rest)

    def cap(self, parts: list[Any]) -> Table:
        words = [part for part in parts if isinstance(part, Token)]
        by_type = {token.type: token for token in words}
        channels = next(p for p in parts if isinstance(p, Scalar | Listing))
        bounds = [part for part in parts if isinstance(part, tuple)]
        return table(
            ("cap", channels),
            ("count", self._scalar(by_type["COUNT"])),
            ("per", self._scalar(by_type["KEY"])),
            ("maximum", self._number(by_type["WHOLE"])),
            *bounds,
        )

    def gap_minutes(self, parts: list[Any]) -> Table:
        return self._amount("minimum_gap", "minutes", parts)

    def gap_days(self, parts: list[Any]) -> Table:
        return self._amount("minimum_gap", "days", parts)

    def rest_days(self, parts: list[Any]) -> Table:
        channels, days, after, *rest = parts
        number = self._number(days)
        return table(("cool_down", channels), ("after", after), ("days", number), *rest)

    def rest_week(self, parts: list[Any]) -> Table:
        channels, after, *rest = parts
        whole = Scalar(True, after.line, after.column)
        return table(("cool_down", channels), ("after", after), ("rest_of_week", whole), *rest)

    def hold(self, parts: list[Any]) -> Table:
        return table(("hold", parts[0]), *parts[1:])

    def hold_promise(self, parts: list[Any]) -> Table:
        channels, days, *rest = parts
        until = Scalar(True, *place(days))
        grace = self._number(days)
        return table(("hold", channels), ("until_promise_due", until), ("grace_days", grace), *rest)

    def hold_since(self, parts: list[Any]) -> Table:
        channels, days, since, *rest = parts
        return table(("hold", channels), ("since", since), ("days", self._number(days)), *rest)

    def consent(self, parts: list[Any]) -> Table:
        return table(("require_consent", parts[0]))

    def script_allow(self, parts: list[Any]) -> Table:
        return self._script("allow", parts)

    def script_forbid(self, parts: list[Any]) -> Table:
        return self._script("forbid", parts)

    def script_require(self, parts: list[Any]) -> Table:
        return self._script("require", parts)

    def weight(self, parts: list[Any]) -> Table:
        return table(("weight", parts[0]), ("percent", self._number(parts[1])))

    def instalments(self, parts: list[Any]) -> Table:
        return self._relief("instalments", "max_months", parts[0])

    def extension(self, parts: list[Any]) -> Table:
        return self._relief("extension", "max_months", parts[0])

    def fee_waiver(self, parts: list[Any]) -> Table:
        return self._relief("fee_waiver", "max_waiver_bp", parts[0])

    def _amount(self, word: str, unit: str, parts: list[Any]) -> Table:
        number = next(part for part in parts if isinstance(part, Token))
        channels = next(part for part in parts if isinstance(part, Scalar | Listing))
        rest = [part for part in parts if isinstance(part, tuple)]
        return table((word, channels), (unit, self._number(number)), *rest)

    def _script(self, use: str, parts: list[Any]) -> Table:
        # English names the scripts first, Chinese the channels.
        named = next(part for part in parts if isinstance(part, list))
        channels = next(part for part in parts if isinstance(part, Scalar | Listing))
        first = named[0][1]
        entries = [("script", channels), ("use", Scalar(use, first.line, first.column)), *named]
        priority = next((part for part in parts if isinstance(part, Token)), None)
        if priority is not None:
            entries.append(("priority", self._number(priority)))
        return table(*entries)

    def _relief(self, kind: str, bound: str, number: Token) -> Table:
        return table(("relief", Scalar(kind, *place(number))), (bound, self._number(number)))

    def _question(self, field: Token, value: Item) -> Table:
        name = self._fields[spaced(field)]
        return Table(((Scalar(name, *place(field)), value),), *place(field))
