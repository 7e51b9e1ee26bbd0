"""What one file says about its pack, a rule, a condition, a directive, a field or a script."""

from strategy.rules.messages.message import Message

OF_RULES = {
    # the pack
    "bad-schema": Message(
        "unknown schema `$schema`", "未知的格式`$schema`", "write $known", "请写$known"
    ),
    "empty.lists": Message(
        "the file has neither `rules` nor `scripts`",
        "文件里既没有`rules`也没有`scripts`",
        "write a rule below `rules:`",
        "请在`rules:`下写一条规则",
    ),
    "missing-key.jurisdictions": Message(
        "$thing needs `$key`",
        "$thing缺少`$key`",
        "write where it holds: CN",
        "请写明适用的法域，如CN",
    ),
    "unknown-key.reason": Message(
        "only a closed pack has a `reason`",
        "只有封闭的规则包才有`reason`",
        "remove it",
        "请删去",
    ),
    "unknown-key.house-only": Message(
        "`$key` belong to the house",
        "`$key`只属于内部规则包",
        "move them to a file of kind house",
        "请移到kind为house的文件",
    ),
    "unknown-key.everywhere": Message(
        "house rules hold in every jurisdiction",
        "内部规则在所有法域都适用",
        "remove `$key`",
        "请删去`$key`",
    ),
    "unknown-key.closed": Message(
        "nobody is contacted where a closed pack holds",
        "封闭规则包的法域内不联系任何人",
        "remove `$key`",
        "请删去`$key`",
    ),
    # the rule
    "mixed-directives": Message(
        "relief and restrictions take a missing value differently",
        "纾困与限制对缺失值的处理不同",
        "write two rules",
        "请分成两条规则",
    ),
    "house-loosens.consent": Message(
        "only a law says that consent lifts a ban",
        "只有法律可以规定经同意解除禁止",
        "remove `$key`",
        "请删去`$key`",
    ),
    "fails-open.law": Message(
        "a missing value would lift this law",
        "值缺失时这条法律规则会失效",
        "remove `$key`",
        "请删去`$key`",
    ),
    "fails-open.relief": Message(
        "relief must not rest on a missing value",
        "纾困不能以缺失值为依据",
        "remove `$key`",
        "请删去`$key`",
    ),
    "fails-open.outcome": Message(
        "an outcome that is not known yet always counts",
        "结果未知的触达一律计数",
        "remove `$key`",
        "请删去`$key`",
    ),
    "too-many-atoms": Message(
        "$thing asks at most $most different things",
        "$thing最多包含$most个不同的条件",
        "split it into several rules",
        "请拆成几条规则",
    ),
    "never-true": Message(
        "this can never hold: $condition",
        "这个条件永远不成立：$condition",
        "join alternatives with `$key`, or take one of them out",
        "若满足其一即可，请用`$key`连接；否则请删去其中一个",
    ),
    "bad-date.backwards": Message(
        "the rule ends on $ends, before it begins on $begins",
        "规则在$ends失效，早于生效日$begins",
        "`$key` is its last day",
        "`$key`是规则有效的最后一天",
    ),
    # the condition
    "wrong-type.condition": Message(
        "this is no condition",
        "这不是条件",
        "write always, or a field with its value such as {dispute_open: true}",
        "请写always，或字段和值，如{dispute_open: true}",
    ),
    "wrong-type.conditions": Message(
        "`$key` needs a list of conditions",
        "`$key`需要一组条件",
        "write $key: [{...}, {...}]",
        "请写成$key: [{...}, {...}]",
    ),
    "wrong-type.pair": Message(
        "`between` needs a list of two values",
        "`between`需要由两个值组成的列表",
        "write between: [1, 30]",
        "请写成between: [1, 30]",
    ),
    "wrong-type.one-value": Message(
        "`$key` has one value",
        "`$key`只能写一个值",
        "write $key: {in: [...]}",
        "请写成$key: {in: [...]}",
    ),
    "bad-condition.several": Message(
        "a condition asks one thing",
        "一个条件只问一件事",
        "join several with all: [...] or any: [...]",
        "多个条件请用all: [...]（且）或any: [...]（或）连接",
    ),
    "bad-condition.if-missing": Message(
        "`if_missing` belongs to a single field",
        "`if_missing`只用于单个字段",
        "write it beside the field",
        "请写在字段旁边",
    ),
    "bad-condition.comparisons": Message(
        "one comparison at a time",
        "一次只写一个比较",
        "for two bounds write between: [1, 30]",
        "两个界限请写between: [1, 30]",
    ),
    "bad-condition.reversed": Message(
        "the first value of `between` is the greater",
        "区间的前一个值大于后一个值",
        "write the smaller value first",
        "请先写较小的值",
    ),
    "bad-condition.flag": Message(
        "`$key` is always true or false",
        "`$key`总是非是即否，这样问没有意义",
        "ask for one of them",
        "请只问其中一个",
    ),
    "bad-money": Message(
        "`$key` is compared with an amount and its currency",
        "`$key`须与带币种的金额比较",
        'write "500.00 CNY" in quotes',
        '请写成带引号的 "500.00 CNY"',
    ),
    "bad-money.currencies": Message(
        "`$one` and `$two` are two currencies",
        "`$one`和`$two`是两种货币",
        "write both amounts in one currency",
        "请用同一币种",
    ),
    "bad-text.code": Message(
        "`$text` is no code of `$key`",
        "`$text`不是`$key`的有效代码",
        "write it like `$example`",
        "请写成如`$example`的形式",
    ),
    "unknown-word.value": Message(
        "`$key` is never `$word`",
        "`$key`没有`$word`这个值",
        "$closest",
        "$closest",
    ),
    # directives
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
        "`cap` needs `days` or `calendar`",
        "`cap`需要`days`或`calendar`",
        "days: 7 for rolling days, or calendar: week",
        "滚动天数写days: 7，自然周写calendar: week",
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
