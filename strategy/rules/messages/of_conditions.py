"""What is wrong with the `when` of a rule."""

from strategy.rules.messages.message import Message

OF_CONDITIONS = {
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
}
