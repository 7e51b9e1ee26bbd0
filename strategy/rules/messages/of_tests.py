"""What a file of rule tests says that is no test."""

from strategy.rules.messages.message import Message

OF_TESTS = {
    "missing-key.expectation": Message(
        "the case expects nothing",
        "这个用例没有预期",
        "write expect: refused, expect: allowed, expect_relief or expect_segment",
        "请写expect: refused、expect: allowed、expect_relief或expect_segment",
    ),
    "missing-key.by": Message(
        "a refusal is expected, but not by which rule",
        "预期被拒绝，但没有写被哪条规则拒绝",
        "add by: [RULE-ID]",
        "请加上by: [规则编号]",
    ),
    "unknown-key.by": Message(
        "what is allowed is refused by nothing",
        "预期允许时没有规则会拒绝",
        "remove `by`",
        "请删去`by`",
    ),
    "wrong-type.given": Message(
        "`$key` is $thing",
        "`$key`的值应为$thing",
        "write such a value, or missing",
        "请写这样的值，或missing（缺失）",
    ),
    "bad-date.instant": Message(
        "`$text` is no instant",
        "`$text`不是有效的时刻",
        "write 2026-11-24 22:00 Asia/Shanghai, or 2026-11-24T14:00:00Z",
        "请写2026-11-24 22:00 Asia/Shanghai，或2026-11-24T14:00:00Z",
    ),
    "bad-date.no-zone": Message(
        "`$text` has no time zone",
        "`$text`没有时区",
        "write $text Asia/Shanghai",
        "请写$text Asia/Shanghai",
    ),
    "bad-date.zone": Message(
        "unknown time zone `$zone`",
        "未知的时区`$zone`",
        "write one like Asia/Shanghai",
        "请写如Asia/Shanghai的时区",
    ),
}
