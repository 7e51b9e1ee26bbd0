"""A table, YAML, English and Chinese: four ways to write a rule, one meaning."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rule_text import in_form
from written_rules import LAW, read, table, yaml

from strategy.rule_files import read_rule_file
from strategy.rule_forms import PARSERS
from strategy.rules.advice import advise
from strategy.rules.condition import ALWAYS
from strategy.rules.draft import compile_rules
from strategy.rules.language import Language
from strategy.rules.source import RuleFile

HOME = Path(__file__).resolve().parents[2]


IN_YAML = yaml(
    "id: H-1, title: One, when: {all: [{days_past_due: {gt: 30}}, {hardship_declared: true}]},"
    ' then: {forbid: agent_call, window: ["20:00", "09:00"]}',
    "id: H-2, title: Two, when: {all: [{product: {in: [credit_card, cash_loan]}},"
    " {hardship_declared: false}]}, then: [{hold: voice}, {require_consent: sms}],"
    ' owner: Li Na, valid_from: "2026-09-01"',
    "id: H-3, title: Three, when: always, then: {minimum_gap: voice, minutes: 120}",
)
IN_SENTENCES = {
    "en": (
        "pack: house\nkind: house\n"
        "when days past due is over 30 and hardship is declared, forbid agent calls from 20:00"
        " to 09:00, because H-1.\n  title: One\n"
        "when the product is one of [credit card, cash loan] and it is not so that hardship is"
        " declared, hold calls; require consent for sms, because H-2.\n  title: Two\n"
        "  owner: Li Na\n  valid from: 2026-09-01\n"
        "always, keep 120 minutes between calls, because H-3.\n  title: Three\n"
    ),
    "zh": (
        "规则包：house\n类型：内部\n"
        "当逾期天数大于30且客户已申报困难时，禁止人工外呼20:00至09:00，原因H-1。\n  标题：One\n"
        "当产品属于信用卡、现金贷且并非客户已申报困难时，暂停电话；短信须经同意，原因H-2。\n"
        "  标题：Two\n  负责人：Li Na\n  生效日：2026-09-01\n"
        "任何情况下，电话至少间隔120分钟，原因H-3。\n  标题：Three\n"
    ),
}
IN_TABLES = {
    "en": (
        "pack,house\nkind,house\n\n"
        "id,title,days past due,product,hardship is declared,then,owner,valid from\n"
        "H-1,One,is over 30,,yes,forbid agent calls from 20:00 to 09:00,,\n"
        'H-2,Two,-,"is one of [credit card, cash loan]",no,hold calls; require consent for sms,'
        "Li Na,2026-09-01\n"
        "H-3,Three,,,any,keep 120 minutes between calls,,\n"
    ),
    "zh": (
        "规则包,house\n类型,内部\n"
        "编号,标题,逾期天数,产品,客户已申报困难,则,负责人,生效日\n"
        "H-1,One,大于30,不限,是,禁止人工外呼20:00至09:00,,\n"
        "H-2,Two,,属于信用卡、现金贷,否,暂停电话；短信须经同意,Li Na,2026年9月1日\n"
        "H-3,Three,,,,电话至少间隔120分钟,,\n"
    ),
}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_table_means_what_yaml_and_sentences_mean(language: str) -> None:
    meant = read(IN_YAML)
    assert len(meant) == 3
    assert read(RuleFile(f"mine/a.{language}.txt", IN_SENTENCES[language])) == meant
    assert read(RuleFile("mine/a.csv", IN_TABLES[language])) == meant


@pytest.mark.parametrize(
    ("heading", "cell", "when"),
    [
        ("days past due", "> 30", "{days_past_due: {gt: 30}}"),
        ("Days_Past_Due", "over 30", "{days_past_due: {gt: 30}}"),
        ("days past due:", ">=30", "{days_past_due: {ge: 30}}"),
        ("DAYS PAST DUE", "Is at least 30", "{days_past_due: {ge: 30}}"),
        ("days past due", "At least 30", "{days_past_due: {ge: 30}}"),
        ("days past due", "under 30", "{days_past_due: {lt: 30}}"),
        ("days past due", "at most 30", "{days_past_due: {le: 30}}"),
        ("days past due", "≤30", "{days_past_due: {le: 30}}"),
        ("days past due", "<> 30", "{not: {days_past_due: 30}}"),
        ("days past due", "= 30", "{days_past_due: 30}"),
        ("days past due", "30", "{days_past_due: 30}"),
        ("days past due", "-5", "{days_past_due: -5}"),
        ("days past due", "is not 30", "{not: {days_past_due: 30}}"),
        ("days past due", "30 to 60", "{days_past_due: {between: [30, 60]}}"),
        ("days past due", "30-60", "{days_past_due: {between: [30, 60]}}"),
        ("days past due", "30 – 60", "{days_past_due: {between: [30, 60]}}"),
        ("days past due", "is outside 30 to 60", "{not: {days_past_due: {between: [30, 60]}}}"),
        (
            "days past due",
            "> 30 (if missing: false)",
            "{days_past_due: {gt: 30}, if_missing: false}",
        ),
        ("balance", "> 500.00 CNY", '{balance: {gt: "500.00 CNY"}}'),
        ("balance", "500.00 CNY", '{balance: "500.00 CNY"}'),
        (
            "the overdue amount",
            "1.00 CNY to 2.00 CNY",
            '{overdue: {between: ["1.00 CNY", "2.00 CNY"]}}',
        ),
        ("stage", "early", "{stage: early}"),
        ("the stage", '"early, mid"', "{stage: {in: [early, mid]}}"),
        ("the stage", '"Is one of early, mid"', "{stage: {in: [early, mid]}}"),
        ("the stage", '"is none of [early, mid]"', "{not: {stage: {in: [early, mid]}}}"),
        ("the stage", '"not early, mid"', "{not: {stage: {in: [early, mid]}}}"),
        ("product", '"credit card\ncash loan"', "{product: {in: [credit_card, cash_loan]}}"),
        ("language", "is", "{language: is}"),
        ("the language", "is zh", "{language: zh}"),
        ("the currency", "CNY", "{currency: CNY}"),
        ("jurisdiction", '"US-NY, CN"', "{jurisdiction: {in: [US-NY, CN]}}"),
        ("dispute open", "Yes", "{dispute_open: true}"),
        ("a dispute is open", "FALSE", "{dispute_open: false}"),
        ("dispute_open", "any", "always"),
        ("dispute_open", "—", "always"),
    ],
)
def test_what_an_english_cell_asks(heading: str, cell: str, when: str) -> None:
    written = table(f"id,title,{heading},then", f"H-1,T,{cell},hold sms")
    assert read(written) == read(yaml(f"id: H-1, title: T, when: {when}, then: {{hold: sms}}"))


@pytest.mark.parametrize(
    ("heading", "cell", "when"),
    [
        ("逾期天数", "大于30", "{days_past_due: {gt: 30}}"),
        ("逾期天数：", "＞３０", "{days_past_due: {gt: 30}}"),
        ("days_past_due", "大于等于30", "{days_past_due: {ge: 30}}"),
        ("days past due", "不超过 30", "{days_past_due: {le: 30}}"),
        ("逾期天数", "小于等于30", "{days_past_due: {le: 30}}"),
        ("逾期天数", "30", "{days_past_due: 30}"),
        ("逾期天数", "30至60", "{days_past_due: {between: [30, 60]}}"),
        ("逾期天数", "30到60", "{days_past_due: {between: [30, 60]}}"),
        ("逾期天数", "３０～６０", "{days_past_due: {between: [30, 60]}}"),
        ("逾期天数", "在30到60之间", "{days_past_due: {between: [30, 60]}}"),
        ("逾期天数", "大于30（缺失时否）", "{days_past_due: {gt: 30}, if_missing: false}"),
        ("逾期金额", "≥500.00 CNY", '{overdue: {ge: "500.00 CNY"}}'),
        ("逾期阶段", "早期", "{stage: early}"),
        ("逾期阶段", '"早期,中期"', "{stage: {in: [early, mid]}}"),
        ("逾期阶段", "早期，中期", "{stage: {in: [early, mid]}}"),
        ("逾期阶段", "属于早期、中期", "{stage: {in: [early, mid]}}"),
        ("逾期阶段", "不属于早期", "{not: {stage: early}}"),
        ("逾期阶段", "不是早期", "{not: {stage: early}}"),
        ("逾期阶段", "非早期", "{not: {stage: early}}"),
        ("有未结争议", "是", "{dispute_open: true}"),
        ("有未结争议", "否", "{dispute_open: false}"),
        ("有未结争议", "TRUE", "{dispute_open: true}"),
        ("有未结争议", "－", "always"),
    ],
)
def test_what_a_chinese_cell_asks(heading: str, cell: str, when: str) -> None:
    head = "规则包,house\n类型,内部\n"
    written = table(f"编号,标题,{heading},则", f"H-1,T,{cell},暂停短信", head=head)
    assert read(written) == read(yaml(f"id: H-1, title: T, when: {when}, then: {{hold: sms}}"))


@pytest.mark.parametrize(
    ("head", "heading", "cell"),
    [
        (
            "pack,house\nkind,house\n",
            "id,title,then",
            "Forbid sms from 21:00 to 08:00； hold calls",
        ),
        ("规则包,house\n类型,house\n", "编号,标题,则", "禁止短信２１：００至０８：００;暂停电话"),
    ],
)
def test_an_action_may_be_written_as_a_spreadsheet_and_its_keyboard_would(
    head: str, heading: str, cell: str
) -> None:
    then = '[{forbid: sms, window: ["21:00", "08:00"]}, {hold: voice}]'
    meant = read(yaml(f"id: H-1, title: T, when: always, then: {then}"))
    assert read(table(heading, f"H-1,T,{cell}", head=head)) == meant


def test_brackets_and_quotes_of_an_action_may_be_those_of_the_keyboard() -> None:
    scripts = RuleFile(
        "scripts.yaml",
        "schema: collections-rules/1\npack: house\nkind: house\nscripts:\n"
        "  - {id: bot, channel: robot_call, title: T, languages: [zh], persona: calm}\n",
    )
    head = "规则包,house\n类型,内部\n"
    row = '"机器人外呼只用人设""calm"";禁止人工外呼(对债务人)"'
    (rule,) = read(table("编号,标题,则", f"H-1,T,{row}", head=head), scripts)
    allow, forbid = "script: robot_call, use: allow, personas: [calm]", "forbid: agent_call"
    then = f"[{{{allow}}}, {{{forbid}, owners: [debtor]}}]"
    (meant,) = read(yaml(f"id: H-1, title: T, when: always, then: {then}"), scripts)
    assert rule == meant


@pytest.mark.parametrize(
    "changed",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", ",,,\n") + ",,,,\n\n,,\n",
        lambda text: "# rules of the evening; by Li Na\n,\n" + text.replace("\n", "\n,,\n"),
        lambda text: "".join(f" {line.replace(',', ' , ')}\n" for line in text.splitlines()),
        lambda text: "".join(f",{line}\n" for line in text.splitlines()),
        lambda text: text.replace(",", ";"),
        lambda text: text.replace(",", "\t"),
        lambda text: '"' + text.replace(",", '","').replace("\n", '"\n"')[:-1],
        lambda text: text.replace("pack", "Pack:").replace("id,title", "ID,Title"),
        lambda text: text.replace("house", "House"),
    ],
    ids=str.split("bom crlf empty remarks spaces moved semicolon tab quotes headings words"),
)
def test_how_a_program_writes_csv_makes_no_difference(changed: Callable[[str], str]) -> None:
    text = "pack,mine\nkind,house\nid,title,stage,then\nH-1,T,early,hold sms\n"
    meant = read(RuleFile("mine/a.csv", text))
    assert [rule.when for rule in meant] == ["stage = early"]
    assert read(RuleFile("mine/a.csv", changed(text))) == meant


def test_a_dash_says_nothing_in_any_column_that_may_be_empty() -> None:
    written = table("id,title,then,owner,valid from", "H-1,T,hold sms,-,-")
    assert read(written) == read(yaml("id: H-1, title: T, when: always, then: {hold: sms}"))


def test_a_column_without_a_single_value_asks_nothing() -> None:
    written = table("id,title,stage,then,note", "H-1,T,,hold sms,", "H-2,T,,hold calls,")
    assert [rule.condition for rule in read(written)] == [ALWAYS, ALWAYS]


def test_a_table_may_hold_the_law_of_several_places() -> None:
    head = 'pack,us\nkind,Law\njurisdictions,US,"CA, GB"\n'
    columns = "id,title,then,force,citation,confidence"
    file = table(columns, 'US-1,T,hold sms,Statute,"1 U.S.C. 1",primary', head=head)
    (rule,) = compile_rules([file], PARSERS).rules
    assert rule.jurisdictions == {"US", "CA", "GB"}
    assert (rule.ref.force, rule.ref.citation, rule.confidence) == (
        "statute",
        "1 U.S.C. 1",
        "primary",
    )


def test_a_declared_field_heads_a_column_by_its_name_and_by_both_phrases() -> None:
    fields = RuleFile(
        "fields.yaml",
        "schema: collections-rules/1\npack: house\nkind: house\nfields:\n"
        "  - {name: collector, type: choice, choices: [creditor, agency], about: who, en: the"
        " collector, zh: 催收主体, words: {agency: {en: an agency, zh: 委外机构}}}\n",
    )
    for heading in ("collector", "The Collector", "催收主体"):
        (rule,) = read(table(f"id,title,{heading},then", "H-1,T,an agency,hold sms"), fields)
        assert rule.when == "collector = agency"


def test_a_word_that_begins_with_not_is_a_word() -> None:
    fields = RuleFile(
        "fields.yaml",
        "schema: collections-rules/1\npack: house\nkind: house\nfields:\n"
        "  - {name: reached, type: choice, choices: [no_one, someone], about: who,"
        " en: reached, zh: 触达对象,"
        " words: {no_one: {en: not one, zh: 非本人}, someone: {en: one, zh: 本人}}}\n",
    )
    (rule,) = read(table("id,title,reached,then", "H-1,T,not one,hold sms"), fields)
    assert rule.when == "reached = no_one"
    head = "规则包,house\n类型,内部\n"
    (rule,) = read(table("编号,标题,触达对象,则", "H-1,T,非本人,暂停短信", head=head), fields)
    assert rule.when == "reached = no_one"


def test_a_pack_may_be_called_as_a_column_is() -> None:
    (rule,) = read(table("id,title,then", "H-1,T,hold sms", head="pack,then\nkind,house\n"))
    assert rule.pack == "then"


def test_a_day_in_a_title_stays_as_it_was_written() -> None:
    (rule,) = read(table("id,title,then", "H-1,2026/9/1,hold sms"))
    assert rule.ref.title == "2026/9/1"


def test_the_rows_of_a_table_are_told_where_a_rule_changes_nothing() -> None:
    rows = ("H-1,T,> 30,hold calls", "H-2,T,> 60,hold agent calls", "H-3,T,> 30,hold calls")
    written = table("id,title,days past due,then", *rows)
    told = advise(compile_rules([written, LAW], PARSERS))
    assert [(one.file, one.line, one.code) for one in told] == [
        ("mine/a.csv", 5, "shadowed"),
        ("mine/a.csv", 6, "shadowed"),
    ]
    assert all("`H-1` at mine/a.csv:4" in one.what for one in told)


@given(st.integers(-900, 900), st.integers(-900, 900), st.sampled_from(list(Language)))
@settings(max_examples=60, deadline=None)
def test_every_range_and_comparison_of_numbers_means_the_same(
    one: int, other: int, language: Language
) -> None:
    low, high = sorted((one, other))
    heading, then = ("id,title,then", "hold sms")
    head, spoken = "pack,house\nkind,house\n", "to"
    if language is Language.ZH:
        heading, then, head, spoken = "编号,标题,则", "暂停短信", "规则包,h\n类型,内部\n", "至"
    cells = [f"{low} {spoken} {high}", f"{low}~{high}", f">{low}", f"<{high}", f"{low}"]
    asked = [f"{{between: [{low}, {high}]}}"] * 2 + [f"{{gt: {low}}}", f"{{lt: {high}}}", str(low)]
    rows = [f"H-{n},T,{then},{cell}" for n, cell in enumerate(cells, 1)]
    written = table(f"{heading},days past due", *rows, head=head.replace(",h\n", ",house\n"))
    rules = (
        f"id: H-{n}, title: T, when: {{days_past_due: {when}}}, then: {{hold: sms}}"
        for n, when in enumerate(asked, 1)
    )
    assert read(written) == read(yaml(*rules))


@pytest.mark.parametrize("form", ["yaml", "en", "zh"])
def test_the_example_survives_the_way_into_the_other_forms(form: str) -> None:
    (file,) = read_rule_file(HOME / "docs/examples/decision-table.csv")
    meant = read(file)
    assert [rule.ref.id for rule in meant] == [f"MINE-0{n}" for n in range(1, 7)]
    assert read(in_form(file, form)) == meant


def test_the_chinese_example_means_what_the_english_one_means() -> None:
    english, chinese = (
        read_rule_file(HOME / f"docs/examples/decision-table{end}")[0]
        for end in (".csv", ".zh.csv")
    )
    assert read(english) == read(chinese)
