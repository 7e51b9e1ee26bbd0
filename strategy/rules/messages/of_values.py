"""A key or a value is not of its kind, whatever it belongs to."""

from strategy.rules.messages.message import Message

OF_VALUES = {
    "unknown-key": Message(
        "$thing has no key `$key`",
        "$thing没有`$key`这一项",
        "$closest",
        "$closest",
    ),
    "unknown-key.not-here": Message(
        "$thing has no `$key`",
        "$thing没有`$key`",
        "remove it",
        "请删去",
    ),
    "missing-key": Message("$thing needs `$key`", "$thing缺少`$key`", "add `$key`", "请补上`$key`"),
    "missing-key.either": Message(
        "`$key` or `$other` is needed",
        "需要`$key`或`$other`",
        "write one of them",
        "请写其中一个",
    ),
    "missing-key.beside": Message(
        "`$key` needs `$other` beside it",
        "有`$key`就需要`$other`",
        "add `$other`, or remove `$key`",
        "请补上`$other`，或删去`$key`",
    ),
    "unknown-word": Message(
        "unknown $thing `$word`",
        "未知的$thing`$word`",
        "$closest",
        "$closest",
    ),
    "duplicate-word": Message(
        "`$key` stands in the list twice",
        "`$key`在列表中重复",
        "keep one of them",
        "请只保留一个",
    ),
    "empty.list": Message(
        "$thing is an empty list", "$thing是空列表", "write at least one", "请至少写一项"
    ),
    "empty.text": Message("$thing is empty", "$thing是空的", "write it", "请填写"),
    "wrong-type.table": Message(
        "$thing must be keys with values, not $found",
        "$thing应写成键和值，而不是$found",
        "write one key and its value a line, or {key: value}",
        "请每行写一个键和它的值，或写成{键: 值}",
    ),
    "wrong-type.text": Message(
        "$thing must be text, not $found",
        "$thing应为文字，而不是$found",
        "put it in quotes",
        "请加引号",
    ),
    "wrong-type.whole": Message(
        "$thing must be a whole number, not $found",
        "$thing应为整数，而不是$found",
        "from $low to $high, no quotes",
        "请写$low到$high的整数，不加引号",
    ),
    "wrong-type.flag": Message(
        "$thing must be true or false, not $found",
        "$thing应为true（是）或false（否），而不是$found",
        "write true or false, no quotes",
        "请写true或false，不加引号",
    ),
    "out-of-range": Message(
        "$thing is $value, not from $low to $high",
        "$thing是$value，不在$low到$high之间",
        "write a number within these bounds",
        "请写这个范围内的数",
    ),
    "bad-text": Message(
        "`$text` is no $thing",
        "`$text`不是有效的$thing",
        "write it like `$example`",
        "请写成如`$example`的形式",
    ),
    "bad-date": Message(
        "$found is no $thing",
        "$found不是有效的$thing",
        'write it like "2026-09-01"',
        '请写成如 "2026-09-01" 的形式',
    ),
    "bad-date.of-year": Message(
        "$found is no day of $year",
        "$found不是$year年的日期",
        'write it like "09-01"',
        '请写成如 "09-01" 的形式',
    ),
    "bad-time.pair": Message(
        "a window is a list of two times",
        "时段由两个时刻组成",
        'write two times in quotes: ["22:00", "08:00"]',
        '请写两个带引号的时刻：["22:00", "08:00"]',
    ),
    "bad-time.nothing": Message(
        "the window starts and ends at the same time",
        "时段的起止时刻相同",
        'write "00:00" to "24:00" for a whole day',
        '全天请写 "00:00" 至 "24:00"',
    ),
    "bad-time.midnight": Message(
        "`24:00` can only end a window",
        "`24:00`只能作时段的结束",
        'write "00:00"',
        '请写 "00:00"',
    ),
    "bad-time.clock": Message(
        "$found is no time of day",
        "$found不是有效的时刻",
        'write hours and minutes: "09:30"',
        '请写时和分，如 "09:30"',
    ),
    "bad-time.quotes": Message(
        "$found is no time in quotes",
        "$found不是带引号的时刻",
        'write hours and minutes: "09:30"',
        '请写时和分并加引号，如 "09:30"',
    ),
}
