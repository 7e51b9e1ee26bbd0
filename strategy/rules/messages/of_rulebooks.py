"""What shows only when all files are read together, and advice on what compiles."""

from strategy.rules.messages.message import Message

OF_RULEBOOKS = {
    "empty.files": Message(
        "there are no rule files",
        "没有规则文件",
        "name a folder that holds some",
        "请指定有规则文件的文件夹",
    ),
    "pack-differs": Message(
        "pack `$pack` has another kind or jurisdictions in $place",
        "规则包`$pack`在$place中的类型或法域与此不同",
        "make them agree",
        "请改成一致",
    ),
    "field-differs.field": Message(
        "`$field` is declared differently at $place",
        "字段`$field`在$place的声明与此不同",
        "make them agree",
        "请改成一致",
    ),
    "field-differs.calendar": Message(
        "calendar `$calendar` is different at $place",
        "日历`$calendar`在$place的内容与此不同",
        "make them agree",
        "请改成一致",
    ),
    "duplicate-id.field": Message(
        "`$field` is a field of every account already",
        "`$field`已是每个账户都有的字段",
        "call it something else",
        "请换一个名称",
    ),
    "duplicate-id.rule": Message(
        "`$rule` is already at $place",
        "规则`$rule`已在$place",
        "rename one, or give each version its own `$key` and `$other`",
        "请改其中一个编号，或给各版本写上互不重叠的`$key`和`$other`",
    ),
    "duplicate-id.script": Message(
        "script `$script` is already in $place",
        "话术`$script`已在$place",
        "rename one",
        "请改其中一个编号",
    ),
    "duplicate-id.segments": Message(
        "the segments are already in $place",
        "分群已写在$place",
        "keep them in one file",
        "请把分群写在同一个文件里",
    ),
    "duplicate-id.segment": Message(
        "segment `$segment` is already at $place",
        "分群`$segment`已在$place",
        "rename one",
        "请改其中一个编号",
    ),
    "unknown-script": Message(
        "unknown script `$word`", "未知的话术`$word`", "$closest", "$closest"
    ),
    "unknown-script.persona": Message(
        "no script has the persona `$persona`",
        "没有话术的人设是`$persona`",
        "name it as the `persona` of a script does, up to its first comma",
        "请与某个话术的`persona`（第一个逗号之前）一致",
    ),
    "wrong-channel": Message(
        "script `$script` is for $key",
        "话术`$script`用于$key",
        "name its channel or remove it",
        "请写上该渠道，或删去该话术",
    ),
    "wrong-channel.silent": Message(
        "no allowed script is for $channels",
        "$channels没有可用的话术",
        "add one, or forbid the channel",
        "请补上话术，或禁止该渠道",
    ),
    "tie": Message(
        "`$rule` and `$other_rule` at $place can hold together and require different scripts for "
        "$channels",
        "`$rule`与$place的`$other_rule`可能同时成立，却要求$channels用不同的话术",
        "give one a higher `$key`",
        "请给其中一条更高的`$key`",
    ),
    "house-loosens": Message(
        "`$rule` is weaker than the law, $laws",
        "`$rule`比法律规则宽松：$laws",
        "tighten it, or remove it",
        "请收紧，或删去",
    ),
    # advice
    "shadowed": Message(
        "this rule changes nothing: `$rule` at $place is as strict or stricter",
        "这条规则不起作用：$place的`$rule`同样严格或更严格",
        "remove it, or change `$rule`",
        "请删去，或修改`$rule`",
    ),
    "never-binds": Message(
        "this cap changes nothing: `$rule` at $place is as strict or stricter",
        "这个次数上限不起作用：$place的`$rule`同样严格或更严格",
        "remove it, or change `$rule`",
        "请删去，或修改`$rule`",
    ),
    "unreachable": Message(
        "nobody is in segment `$segment`: `$first` comes first and takes them all",
        "分群`$segment`里不会有账户：排在前面的`$first`已全部收下",
        "move it up, or remove it",
        "请移到前面，或删去",
    ),
    "idle-segment": Message(
        "no rule reads segment `$segment`",
        "没有规则用到分群`$segment`",
        "use it: segment: $segment",
        "请在规则中使用：segment: $segment",
    ),
}
