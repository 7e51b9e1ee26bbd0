"""What is wrong with a pack or with a rule as a whole."""

from strategy.rules.messages.message import Message

OF_RULES = {
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
}
