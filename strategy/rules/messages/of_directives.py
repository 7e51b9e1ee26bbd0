"""What is wrong with the `then` of a rule, with a script, field, calendar or segment."""

from strategy.rules.messages.message import Message

OF_DIRECTIVES = {
    "wrong-type.directive": Message(
        "this is no directive",
        "这不是指令",
        "write one such as {forbid: all}",
        "请写一条指令，如{forbid: all}",
    ),
    "empty.directive": Message(
        "a directive is missing", "缺少指令", "known: $known", "可用：$known"
    ),
    "bad-directive.two": Message(
        "two directives in one",
        "两条指令写在了一起",
        "write a list, one directive each",
        "请写成列表，每项一条指令",
    ),
    "bad-directive.both": Message(
        "`$key` and `$other` in one",
        "`$key`和`$other`不能同时写",
        "keep one of them",
        "请只保留一个",
    ),
    "bad-directive.both-windows": Message(
        "`$key` and `$other` in one cap",
        "一个次数上限里不能同时写`$key`和`$other`",
        "write two caps",
        "请写成两个次数上限",
    ),
    "bad-directive.both-ends": Message(
        "`$key` and `$other` in one",
        "一次暂停里不能同时写`$key`和`$other`",
        "write two holds",
        "请写成两次暂停",
    ),
    "bad-directive.exempt": Message(
        "a rule that exempts collection says nothing",
        "不限制催收的规则没有意义",
        "remove `$key`",
        "请删去`$key`",
    ),
    "bad-directive.never-counts": Message(
        "`$key` never counts in these channels",
        "这些渠道没有`$key`可计",
        "count $other",
        "请改计`$other`",
    ),
    "bad-directive.no-end": Message(
        "a rest needs an end", "静默须有期限", "write days: 7", "请写days: 7"
    ),
    "bad-directive.rest-per": Message(
        "a rest is the party's or the account's",
        "静默只能按客户或账户计",
        "per: party",
        "请写per: party",
    ),
    "bad-directive.grace": Message(
        "`grace_days` counts from a promise",
        "`grace_days`从承诺到期日算起",
        "add until_promise_due: true",
        "请加上until_promise_due: true",
    ),
    "missing-key.window": Message(
        "`cap` needs `days`, `hours` or `calendar`",
        "`cap`需要`days`、`hours`或`calendar`",
        "days: 7 for rolling days, hours: 24, or calendar: week",
        "滚动天数写days: 7，滚动小时写hours: 24，自然周写calendar: week",
    ),
    "unknown-key.priority": Message(
        "only required scripts have a priority",
        "只有必用的话术才有优先级",
        "remove `priority`",
        "请删去`priority`",
    ),
    "unknown-word.no-calendar": Message(
        "unknown calendar `$word`",
        "未知的日历`$word`",
        "declare it in `calendars`",
        "请在`calendars`中声明",
    ),
    # scripts, fields, calendars, segments
    "unknown-key.persona": Message(
        "only a robot has a persona",
        "只有机器人才有人设",
        "remove `persona`",
        "请删去`persona`",
    ),
    "wrong-type.words": Message(
        "`words` must be choices with `en` and `zh`",
        "`words`应为各选项及其`en`和`zh`",
        "write agency: {en: an agency, zh: 委外机构}",
        "请写成agency: {en: an agency, zh: 委外机构}",
    ),
    "out-of-range.bounds": Message(
        "`low` is above `high`",
        "`low`大于`high`",
        "write the smaller one as `low`",
        "请把较小的写作`low`",
    ),
    "wrong-type.years": Message(
        "`years` must be years with lists of days",
        "`years`应为年份及其日期列表",
        'write "2026": ["01-01", "05-01"]',
        '请写成"2026": ["01-01", "05-01"]',
    ),
    "bad-segments": Message(
        "the last segment, `$segment`, does not take everybody who is left",
        "最后一个分群`$segment`没有收下其余所有账户",
        "add a last one with when: always",
        "请在最后加一个when: always的分群",
    ),
}
