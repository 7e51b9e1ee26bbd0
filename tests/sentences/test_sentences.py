"""Sentences that are understood, sentences that are not, and the traps of the grammar."""

import itertools
import re

import pytest
from lark import Lark
from rule_text import CN

from strategy.rule_forms import PARSERS
from strategy.rules.catalogue import BUILT_IN, FieldKind
from strategy.rules.diagnostic import RuleError
from strategy.rules.draft import compile_rules
from strategy.rules.language import Language
from strategy.rules.source import RuleFile
from strategy.sentences.grammar import grammar, phrase
from strategy.sentences.lexicon import TERMINALS

HEAD = {"en": "pack: house\nkind: house\n", "zh": "规则包：house\n类型：内部\n"}
TITLE = {"en": "\n  title: T\n", "zh": "\n  标题：T\n"}
FIELDS = RuleFile(
    "fields.yaml",
    """\
schema: collections-rules/1
pack: house
kind: house
fields:
  - name: province
    type: choice
    choices: [SC, HB]
    about: where the customer lives
    en: the province
    zh: 省份
    words: {SC: {en: Sichuan, zh: 四川}, HB: {en: Hubei, zh: 湖北}}
""".replace("SC", "sc").replace("HB", "hb"),
)


def compiled(language: str, *sentences: str) -> list[tuple[str, str, str]]:
    text = HEAD[language] + "".join(sentence + TITLE[language] for sentence in sentences)
    file = RuleFile(f"house.{language}.txt", text)
    rules = compile_rules([file, FIELDS, RuleFile("cn.yaml", CN)], PARSERS).rules
    return [
        (r.ref.id, r.when, re.sub(r"rule=RuleRef\(.*?\), ", "", str(r.directives)))
        for r in rules
        if not r.jurisdictions
    ]


PAIRS = [
    (
        "always, forbid agent calls from 21:00 to 09:00, because R-TIME-01.",
        "任何情况下，禁止人工外呼21:00至09:00，原因R-TIME-01。",
    ),
    (
        "when days past due is over 30 and hardship is declared, forbid agent calls"
        " from 20:00 to 09:00, because R-HARD-01.",
        "当逾期天数大于30且客户已申报困难时，禁止人工外呼20:00至09:00，原因R-HARD-01。",
    ),
    (
        "always, allow at most 3 touches by sms per person within 7 days, because R-CAP-03.",
        "任何情况下，短信对每人每7天最多3次触达，原因R-CAP-03。",
    ),
    (
        "when the province is one of [Sichuan, Hubei] and a complaint is open,"
        " forbid all contact, because R-COMP-01.",
        "当省份属于四川、湖北且有未结投诉时，禁止所有触达，原因R-COMP-01。",
    ),
    (
        "when the customer is represented by an attorney, forbid all contact, because R-LEGAL-02.",
        "当客户已委托律师时，禁止所有触达，原因R-LEGAL-02。",
    ),
    (
        "when days past due is between 31 and 90 and (the overdue amount is over 500.00 CNY"
        " or hardship is declared), offer an extension up to 2 months, because R-REL-02.",
        "当逾期天数在31到90之间且（逾期金额大于500.00 CNY或客户已申报困难）时，"
        "可延期最长2个月，原因R-REL-02。",
    ),
    (
        "when broken promises in the last 90 days is at least 2 and it is not so that"
        " (a dispute is open), hold calls; weigh sms at 120 percent, because R-SCR-03.",
        "当近90天失约次数不少于2且并非（有未结争议）时，暂停电话；短信权重120%，原因R-SCR-03。",
    ),
    (
        "always, rest calls for 7 days after refusal and inbound conversation"
        " for that account only, because R-COOL-01.",
        "任何情况下，电话静默7天自呼入通话、拒绝起（仅限该账户），原因R-COOL-01。",
    ),
]


@pytest.mark.parametrize(("english", "chinese"), PAIRS)
def test_a_sentence_says_the_same_in_both_languages(english: str, chinese: str) -> None:
    assert compiled("en", english) == compiled("zh", chinese)
    assert len(compiled("en", english)) == 1


def test_and_binds_tighter_than_or() -> None:
    one = compiled("zh", "当有未结争议或有未结投诉且客户已委托律师时，禁止短信，原因R-A-1。")
    two = compiled("zh", "当有未结争议或（有未结投诉且客户已委托律师）时，禁止短信，原因R-A-1。")
    assert one == two


@pytest.mark.parametrize(
    ("language", "sentence", "place", "said"),
    [
        ("zh", "当逾期天数大雨30时，禁止短信，原因R-A-1。", "3:6", "大雨30"),
        ("zh", "当逾期天书大于30时，禁止短信，原因R-A-1。", "3:2", "是否想写`逾期天数`"),
        ("zh", "当省份属于四川、湖难时，禁止短信，原因R-A-1。", "3:9", "是否想写`湖北`"),
        ("zh", "当省份大于3时，禁止短信，原因R-A-1。", "3:4", "属于"),
        ("zh", "当逾期天数大于３０时，禁止短信，原因R-A-1。", "3:8", "不是阿拉伯数字"),
        ("zh", "当逾期天数大于三十时，禁止短信，原因R-A-1。", "3:8", "不是阿拉伯数字"),
        ("zh", "任何情况下，禁止短信，原因", "3:14", "句子没有写完"),
        ("en", "when days past dew is over 30, forbid sms, because R-A-1.", "3:6", "days past due"),
        ("en", "when days past due is over 30.5, forbid sms, because R-A-1.", "3:30", "a fraction"),
        ("en", "when the stage is over 3, forbid sms, because R-A-1.", "3:19", "early, late, mid"),
        ("en", "always, forbid sms", "3:19", "the sentence is not finished"),
        (
            "en",
            "when days past due is over x, forbid sms, because R-A-1.",
            "3:28",
            "a whole number",
        ),
        ("zh", "当逾期金额大于30时，禁止短信，原因R-A-1。", "3:8", "500.00 CNY"),
        ("en", "always, forbid sms from 9:00 to 10:00, because R-A-1.", "3:25", "such as 09:30"),
        ("en", "always, forbid sms, because R1.", "3:29", "R-TIME-01"),
        ("zh", "任何情况下,禁止短信，原因R-A-1。", "3:6", "是否想写`，`"),
        ("zh", "当一客户已失联时，禁止短信，原因R-A-1。", "3:2", "不明白`一客户已失联时`"),
        ("en", "when " + "(" * 3000 + "a dispute is open, hold sms.", "3:", "syntax"),
        # A comma in a list and a comma that ends the condition are told apart by brackets.
        ("en", "when the stage is early, mid, forbid sms, because R-A-1.", "3:26", "mid"),
    ],
)
def test_what_is_not_understood_is_placed_and_helped_in_the_language_of_the_file(
    language: str, sentence: str, place: str, said: str
) -> None:
    with pytest.raises(RuleError) as raised:
        compiled(language, sentence)
    text = str(raised.value)
    assert f"house.{language}.txt:{place}" in text
    assert ": syntax:" in text
    assert said in text


def test_all_sentences_of_a_file_that_are_not_understood_are_told_at_once() -> None:
    with pytest.raises(RuleError) as raised:
        compiled("en", "always, forbit sms, because R-A-1.", "always, hold smss, because R-A-2.")
    assert [d.line for d in raised.value.diagnostics] == [3, 5]


def test_sentences_beside_one_that_is_not_understood_are_checked_as_well() -> None:
    with pytest.raises(RuleError) as raised:
        compiled("zh", "当逾期天数大于99999时，暂停短信，原因R-A-1。", "总是暂停短信，原因R-A-2。")
    assert [d.code for d in raised.value.diagnostics] == ["out-of-range", "syntax"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("when days past due is 30, hold sms", "when days past due equals 30, hold sms"),
        ("when days past due is not 30, hold sms", "when days past due differs from 30, hold sms"),
        ("when the stage is not mid, hold sms", "when the stage is none of [mid], hold sms"),
        (
            "when it is not so that a dispute is open, hold sms",
            "when it is not so that (a dispute is open), hold sms",
        ),
        ("Always, hold sms", "always, hold sms"),
        (
            "when days past due is\n  between 1 and\n  5, rest calls for the rest\nof the week"
            " after refusal",
            "when days past due is between 1 and 5, rest calls for the rest of the week after"
            " refusal",
        ),
        ("always, # a comment\n  hold sms", "always, hold sms"),
    ],
)
def test_two_ways_to_say_the_same_in_english(one: str, other: str) -> None:
    assert compiled("en", one + ", because R-A-1.") == compiled("en", other + ", because R-A-1.")


def test_not_and_a_bracket_are_not_needed_around_a_single_clause_in_chinese() -> None:
    one = compiled("zh", "当并非有未结争议且客户已失联时，暂停短信，原因R-A-1。")
    assert one == compiled("zh", "当并非（有未结争议）且客户已失联时，暂停短信，原因R-A-1。")
    assert one[0][1] == "dispute_open = false and lost_contact = true"


def field(name: str, en: str, zh: str, more: str = "type: flag") -> RuleFile:
    text = FIELDS.text[: FIELDS.text.index("  - ")]
    item = f'  - {{name: {name}, {more}, about: x, en: "{en}", zh: "{zh}"}}\n'
    return RuleFile("more.yaml", text + item)


@pytest.mark.parametrize(
    ("en", "zh", "more"),
    [
        ("a dispute  is open", "有未结争议", "type: flag"),  # would silently mean the other field
        ("days past due is high", "逾期天数偏高", "type: flag"),
        ("a dispute is open and contact is lost", "有未结争议且客户已失联", "type: flag"),
        ("(really", "（真的", "type: flag"),
        ("it is not so that", "并非", "type: flag"),
        ("field #1", "字段#1", "type: flag"),
        (
            "the region",
            "地区",
            "type: choice, choices: [a, b], words: {a: {en: x, zh: 甲}, b: {en: x, zh: 甲}}",
        ),
        (
            "the region",
            "地区",
            'type: choice, choices: [a], words: {a: {en: "x, y", zh: "甲、乙"}}',
        ),
    ],
)
@pytest.mark.parametrize("language", list(Language))
def test_fields_that_sentences_could_mistake_for_each_other_are_refused(
    language: Language, en: str, zh: str, more: str
) -> None:
    said = {Language.EN: "always, hold sms, because R-A-1.", Language.ZH: PAIRS[0][1]}[language]
    file = RuleFile(f"house.{language}.txt", HEAD[language] + said + TITLE[language])
    with pytest.raises(RuleError) as raised:
        compile_rules([file, field("more", en, zh, more), RuleFile("cn.yaml", CN)], PARSERS)
    assert {d.code for d in raised.value.diagnostics} == {"phrase-clash"}


def test_a_field_without_its_phrases_is_a_mistake_of_its_file_only() -> None:
    file = RuleFile("house.en.txt", HEAD["en"] + PAIRS[0][0] + TITLE["en"])
    with pytest.raises(RuleError) as raised:
        compile_rules([file, field("more", "", "字段"), RuleFile("cn.yaml", CN)], PARSERS)
    assert {d.file for d in raised.value.diagnostics} == {"more.yaml"}


def test_codes_of_a_declared_field_may_have_digits() -> None:
    zip_code = field("zip", "the zip", "邮编", 'type: code, pattern: "[0-9]{6}"')
    text = HEAD["en"] + "when the zip is 310000, hold sms, because R-A-1." + TITLE["en"]
    rules = compile_rules([RuleFile("a.en.txt", text), zip_code], PARSERS).rules
    assert [rule.when for rule in rules] == ["zip = 310000"]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", 'always, use only script bot-1 and persona "calm" for robot calls, because R-A-1.'),
        ("zh", "任何情况下，机器人外呼只用话术bot-1、人设“calm”，原因R-A-1。"),
    ],
)
def test_scripts_may_be_named_by_the_persona_that_speaks_them(language: str, sentence: str) -> None:
    scripts = RuleFile(
        "scripts.yaml",
        "schema: collections-rules/1\npack: house\nkind: house\nscripts:\n"
        "  - {id: bot-1, channel: robot_call, title: T, languages: [zh], persona: firm}\n"
        '  - {id: bot-2, channel: robot_call, title: T, languages: [zh], persona: "calm, slow"}\n',
    )
    file = RuleFile(f"house.{language}.txt", HEAD[language] + sentence + TITLE[language])
    (rule,) = compile_rules([file, scripts], PARSERS).rules
    assert rule.directives[0].scripts == {"bot-1", "bot-2"}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("packk: house\nkind: house\n\nalways, hold sms, because R-A-1.", "1:1"),
        ("pack: house\nkind: house\nalways, hold sms, because R-A-1.\n  titel: T", "4:3"),
    ],
)
def test_a_key_that_nobody_knows_is_told(text: str, place: str) -> None:
    with pytest.raises(RuleError) as raised:
        compile_rules([RuleFile("a.en.txt", text)], PARSERS)
    told = [d for d in raised.value.diagnostics if d.code == "unknown-key"]
    assert [f"{d.line}:{d.column}" for d in told] == [place]
    assert "did you mean" in told[0].help


def test_a_number_sign_in_a_note_is_text_and_a_mark_of_spreadsheets_is_skipped() -> None:
    text = "\ufeff" + HEAD["en"] + "always, hold sms, because R-A-1.\n  title: T\n  note: rule #4"
    (rule,) = compile_rules([RuleFile("a.en.txt", text)], PARSERS).rules
    assert rule.note == "rule #4"


def test_a_mistake_that_the_grammar_cannot_see_is_found_by_the_reader_of_yaml() -> None:
    with pytest.raises(RuleError) as raised:
        compiled("zh", "当逾期天数大于99999时，禁止短信，原因R-A-1。")
    assert "house.zh.txt:3:8: out-of-range" in str(raised.value)


def test_every_word_has_a_phrase_in_both_languages_and_none_twice() -> None:
    for name, phrases in TERMINALS.items():
        for side in (0, 1):
            said = [pair[side] for pair in phrases.values()]
            assert all(said), name
            assert len(said) == len(set(said)), name
    for field in BUILT_IN.values():
        assert field.en, field.name
        assert field.zh, field.name


@pytest.mark.parametrize("language", list(Language))
def test_no_field_is_called_by_the_beginning_of_another_field_of_another_type(
    language: Language,
) -> None:
    kinds = {phrase(field, language): field.kind for field in BUILT_IN.values()}
    for one, other in itertools.permutations(kinds, 2):
        if other.startswith(one):
            assert kinds[one] is kinds[other] is not FieldKind.CHOICE, (one, other)


@pytest.mark.parametrize("language", list(Language))
def test_no_sentence_can_be_read_in_two_ways(language: Language) -> None:
    # The earley parser finds every reading; the production parser would silently choose one.
    few = {
        name: BUILT_IN[name]
        for name in ("days_past_due", "stage", "dispute_open", "overdue", "language")
    }
    earley = Lark(grammar(language, few), parser="earley", ambiguity="explicit")
    said = {
        Language.EN: [
            "when days past due is over 3 and a dispute is open or the stage is early,"
            " forbid sms and calls from 01:00 to 02:00 every Monday and Sunday, because R-A-1.",
            "always, rest sms for 3 days after refusal and no answer begun by calls and visits"
            " except for service and legal notices, because R-A-1.",
        ],
        Language.ZH: [
            "当逾期天数大于3且有未结争议或逾期阶段属于早期、中期时，"
            "禁止短信、电话01:00至02:00（每逢周一、周日），原因R-A-1。",
            "任何情况下，短信静默3天自拒绝、无人接听起（起于电话、上门）（不含服务通知），原因R-A-1。",
        ],
    }[language]
    for sentence in said:
        assert not list(earley.parse(sentence).find_data("_ambig")), sentence


@pytest.mark.parametrize("language", list(Language))
def test_the_grammar_has_no_conflict_and_no_two_terminals_for_one_text(language: Language) -> None:
    pytest.importorskip("interegular")  # a development package: lark checks collisions with it
    few = {name: BUILT_IN[name] for name in ("days_past_due", "stage", "dispute_open", "overdue")}
    few |= {"language": BUILT_IN["language"]}

    Lark(grammar(language, few), parser="lalr", strict=True)
