"""Rules as sentences: the twin of parsing them."""

from collections.abc import Iterable, Iterator
from datetime import date

from strategy.domain.calendar import WEEKDAYS
from strategy.domain.channel import ALL_CHANNELS, VOICE, Channel
from strategy.domain.directive import (
    Cap,
    CapKey,
    CapWindow,
    CoolDown,
    Directive,
    Forbid,
    Hold,
    MinimumGap,
    Relief,
    ReliefKind,
    RequireConsent,
    ScriptChoice,
    ScriptUse,
    Weight,
)
from strategy.rules.atom import Atom, Between
from strategy.rules.catalogue import FieldKind
from strategy.rules.condition import ALWAYS, AllOf, AnyOf, Condition
from strategy.rules.language import Language
from strategy.rules.rule import PackKind, Rule
from strategy.sentences.document import HEADER, META, WORDS
from strategy.sentences.grammar import phrase, words_of
from strategy.sentences.lexicon import TERMINALS


def write_file(rules: Iterable[Rule], pack: str, kind: PackKind, language: Language) -> str:
    """A whole file of sentences. Raises `ValueError` for what no sentence can say."""
    rules = list(rules)
    writer = _Writer(language)
    lines = [writer.pair(HEADER["pack"], pack), writer.pair(HEADER["kind"], writer.word(kind))]
    if kind is PackKind.LAW:
        codes = ", ".join(sorted(rules[0].jurisdictions))
        lines.append(writer.pair(HEADER["jurisdictions"], codes))
    return "\n".join([*lines, "", *(writer.rule(rule) + "\n" for rule in rules)])


class _Writer:
    def __init__(self, language: Language) -> None:
        self._language = language
        self._en = language is Language.EN
        self._side = 0 if self._en else 1

    def rule(self, rule: Rule) -> str:
        relief = all(isinstance(one, Relief) for one in rule.directives)
        when = self._condition(rule.condition, not relief)
        then = ("; " if self._en else "；").join(self._directive(one) for one in rule.directives)
        if rule.condition == ALWAYS:
            head = "always" if self._en else "任何情况下"
        else:
            head = f"when {when}" if self._en else f"当{when}时"
        because = f"because {rule.ref.id}." if self._en else f"原因{rule.ref.id}。"
        return "\n".join(
            [(", " if self._en else "，").join((head, then, because)), *self._meta(rule)]
        )

    def word(self, word: str) -> str:
        return WORDS[word][self._side]

    def pair(self, key: tuple[str, str], value: object) -> str:
        return f"{key[self._side]}{': ' if self._en else '：'}{' '.join(str(value).split())}"

    def _meta(self, rule: Rule) -> Iterator[str]:
        law = bool(rule.jurisdictions)
        values: dict[str, str | date | None] = {
            "title": rule.ref.title,
            "force": self.word(rule.ref.force) if law else None,
            "citation": None if rule.ref.citation == "house policy" else rule.ref.citation,
            "confidence": self.word(rule.confidence) if law else None,
            "owner": rule.owner,
            "note": rule.note,
            "valid_from": rule.ref.valid_from,
            "valid_to": rule.ref.valid_to,
        }
        for key, value in values.items():
            if value:
                yield "  " + self.pair(META[key], value)

    def _condition(self, when: Condition, fires: bool, inside: type | None = None) -> str:
        if not isinstance(when, AllOf | AnyOf):
            return self._atom(when, fires)
        both = isinstance(when, AllOf)
        joint = (" and " if both else " or ") if self._en else ("且" if both else "或")
        text = joint.join(self._condition(part, fires, type(when)) for part in when.parts)
        # Written out wherever one stands inside another: nobody has to know which binds tighter.
        return text if inside is None else self._brackets(text)

    def _brackets(self, text: str) -> str:
        return f"({text})" if self._en else f"（{text}）"

    def _atom(self, atom: Atom, fires: bool) -> str:
        missing = ""
        if atom.if_missing is not fires:
            said = str(atom.if_missing).lower()
            missing = f" (if missing: {said})" if self._en else f"（缺失时{said}）"
        name = phrase(atom.field, self._language)
        if atom.field.kind is FieldKind.FLAG:
            if atom.values == (True,):  # type: ignore[union-attr]
                return name + missing
            turned = ""
            if atom.if_missing is not fires:
                said = str(not atom.if_missing).lower()
                turned = f" (if missing: {said})" if self._en else f"（缺失时{said}）"
            return f"it is not so that ({name}{turned})" if self._en else f"并非（{name}{turned}）"
        space = " " if self._en else ""
        return f"{name}{space}{self._question(atom)}{missing}"

    def _question(self, atom: Atom) -> str:
        if not isinstance(atom, Between):
            return self._chosen(atom.field.kind, self._values(atom), atom.inside)
        low, high = (self._number(atom, bound) for bound in (atom.low, atom.high))
        if atom.low is None or atom.high is None:
            word, bound = ("le", high) if atom.low is None else ("ge", low)
        elif atom.low == atom.high:
            word, bound = ("eq" if atom.inside else "ne"), low
        elif self._en:
            return f"is between {low} and {high}" if atom.inside else f"is outside {low} to {high}"
        else:
            return f"{'在' if atom.inside else '不在'}{low}到{high}之间"
        compare = self._phrase("COMPARE", word)
        return f"{compare} {bound}" if self._en else f"{compare}{bound}"

    def _values(self, atom: Atom) -> list[str]:
        assert not isinstance(atom, Between)
        said = words_of(atom.field)
        return [said[v][self._side] if v in said else str(v) for v in map(str, atom.values)]

    def _chosen(self, kind: FieldKind, values: list[str], inside: bool) -> str:
        if not self._en:
            return ("属于" if inside else "不属于") + "、".join(values)
        if inside and len(values) == 1:
            return f"is {values[0]}"
        return f"is {'one' if inside else 'none'} of [{', '.join(values)}]"

    def _number(self, atom: Between, bound: int | None) -> str:
        if bound is None or atom.field.kind is not FieldKind.MONEY:
            return str(bound)
        return f"{bound // 100}.{bound % 100:02d} {atom.currency}"

    def _directive(self, one: Directive) -> str:
        english, chinese = self._parts(one)
        return english if self._en else chinese

    def _parts(self, one: Directive) -> tuple[str, str]:
        """The directive in both languages; only the one asked for is right in its words."""
        match one:
            case Forbid():
                said = self._channels(one.channels)
                return f"forbid {said}{self._ban(one)}", f"禁止{said}{self._ban(one)}"
            case Cap():
                said, count = self._channels(one.channels), self._phrase("COUNT", one.count)
                key, bound = self._phrase("KEY", one.key), self._bounds(one)
                unit_en, unit_zh = ("hours", "小时") if one.hours else ("days", "天")
                length = one.hours or one.days
                window_en, window_zh = _WINDOWS.get(one.window) or (
                    f"{length} {unit_en}",
                    f"每{length}{unit_zh}",
                )
                return (
                    f"allow at most {one.maximum} {count} by {said} per {key} within "
                    f"{window_en}{bound}",
                    f"{said}对每{key}{window_zh}最多{one.maximum}次{count}{bound}",
                )
            case MinimumGap():
                said, rest = self._channels(one.channels), self._exempt(one)
                length = one.days or one.minutes
                en, zh = ("days", "天") if one.days else ("minutes", "分钟")
                return (
                    f"keep {length} {en} between {said}{rest}",
                    f"{said}至少间隔{length}{zh}{rest}",
                )
            case CoolDown():
                return self._rest(one)
            case Hold():
                return self._hold(one)
            case RequireConsent():
                said = self._channels(one.channels)
                return f"require consent for {said}", f"{said}须经同意"
            case ScriptChoice():
                return self._script(one)
            case Weight():
                said, percent = self._channels(one.channels), one.value_bp // 100
                return f"weigh {said} at {percent} percent", f"{said}权重{percent}%"
            case Relief():
                return _relief(one)

    def _ban(self, ban: Forbid) -> str:
        windows = [str(window).split("-") for window in ban.windows]
        parts = [f" from {a} to {b}" if self._en else f"{a}至{b}" for a, b in windows]
        parts += self._listed(" of ", "（对", "OWNER", ban.owners)
        parts += self._listed(" on ", "（仅", "KIND", ban.kinds)
        days = [day for day in WEEKDAYS if day in ban.weekdays]
        parts += self._listed(" every ", "（每逢", "DAY", days)
        if ban.calendar is not None:
            name = ban.calendar.id
            parts.append(f" on holidays of {name}" if self._en else f"（节假日{name}）")
        if ban.consent_lifts:
            parts.append(" unless consented" if self._en else "（经同意除外）")
        return "".join([*parts, self._exempt(ban)])

    def _bounds(self, cap: Cap) -> str:
        parts = self._listed(" not counting ", "（不计", "OUTCOME", cap.uncounted)
        parts += self._listed(" on ", "（仅", "KIND", cap.kinds)
        if not cap.pooled:
            parts.append(" each agency for itself" if self._en else "（各机构分别计）")
        return "".join([*parts, self._exempt(cap)])

    def _rest(self, one: CoolDown) -> tuple[str, str]:
        said = self._channels(one.channels)
        after = self._words("OUTCOME", {*map(str, one.after), *map(str, one.after_events)})
        more = ""
        if one.by:
            by = self._channels(one.by)
            more += f" begun by {by}" if self._en else f"（起于{by}）"
        if one.key in _WHOSE:
            more += _WHOSE[one.key][self._side]
        more += self._exempt(one)
        if not one.days:
            return (
                f"rest {said} for the rest of the week after {after}{more}",
                f"{said}静默至本周末自{after}起{more}",
            )
        return (
            f"rest {said} for {one.days} days after {after}{more}",
            f"{said}静默{one.days}天自{after}起{more}",
        )

    def _hold(self, one: Hold) -> tuple[str, str]:
        said, rest = self._channels(one.channels), self._exempt(one)
        if one.until_promise_due:
            days = one.grace_days
            return (
                f"hold {said} until a promise is due plus {days} days{rest}",
                f"暂停{said}直至承诺到期后{days}天{rest}",
            )
        if one.since:
            since = self._words("OUTCOME", map(str, one.since))
            return (
                f"hold {said} for {one.days} days since {since}{rest}",
                f"暂停{said}共{one.days}天自{since}起{rest}",
            )
        return f"hold {said}{rest}", f"暂停{said}{rest}"

    def _script(self, one: ScriptChoice) -> tuple[str, str]:
        said, names = self._channels(one.channels), sorted(one.scripts)
        english = " and ".join(f"script {name}" for name in names)
        chinese = "、".join(f"话术{name}" for name in names)
        verb_en, verb_zh = _USES[one.use]
        first = f" with priority {one.priority}" if one.priority else ""
        then = f"优先级{one.priority}" if one.priority else ""
        return f"{verb_en} {english} for {said}{first}", f"{said}{verb_zh}{chinese}{then}"

    def _exempt(self, one: Directive) -> str:
        exempt: frozenset[str] = getattr(one, "exempt", frozenset())
        return "".join(self._listed(" except for ", "（不含", "PURPOSE", exempt))

    def _listed(self, en: str, zh: str, terminal: str, words: Iterable[str]) -> list[str]:
        words = list(words)
        if not words:
            return []
        order = words if isinstance(words[0], type(WEEKDAYS[0])) else sorted(map(str, words))
        said = self._words(terminal, order)
        return [f"{en}{said}" if self._en else f"{zh}{said}）"]

    def _words(self, terminal: str, words: Iterable[str]) -> str:
        order = list(words) if terminal == "DAY" else sorted(words)
        said = [self._phrase(terminal, word) for word in order]
        return (" and " if self._en else "、").join(said)

    def _phrase(self, terminal: str, word: str) -> str:
        return TERMINALS[terminal][word][self._side]

    def _channels(self, channels: frozenset[Channel]) -> str:
        if channels == ALL_CHANNELS:
            return self._phrase("CHANNEL", "all")
        if channels == VOICE:
            return self._phrase("CHANNEL", "voice")
        said = [self._phrase("CHANNEL", one) for one in Channel if one in channels]
        return (" and " if self._en else "、").join(said)


_WHOSE = {
    CapKey.ACCOUNT: (" for that account only", "（仅限该账户）"),
    CapKey.PARTY_ACCOUNT: (" for that person and account only", "（仅限该人该账户）"),
}
_WINDOWS = {
    CapWindow.WEEK: ("a calendar week", "每自然周"),
    CapWindow.MONTH: ("a calendar month", "每自然月"),
}
_USES = {
    ScriptUse.ALLOW: ("use only", "只用"),
    ScriptUse.FORBID: ("never use", "不用"),
    ScriptUse.REQUIRE: ("require", "必用"),
}


def _relief(one: Relief) -> tuple[str, str]:
    if one.kind is ReliefKind.FEE_WAIVER:
        bp = one.max_waiver_bp
        return f"waive up to {bp} basis points of fees", f"可减免费用至多{bp}基点"
    en, zh = ("instalments", "可分期最长")
    if one.kind is ReliefKind.EXTENSION:
        en, zh = ("an extension", "可延期最长")
    return f"offer {en} up to {one.max_months} months", f"{zh}{one.max_months}个月"
