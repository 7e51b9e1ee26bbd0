"""What a file of sentences says that its grammar or its header does not know."""

from strategy.rules.messages.message import Message

OF_SENTENCES = {
    "syntax.unfinished": Message(
        "the sentence is not finished", "句子没有写完", "expected $expected", "此处应为：$expected"
    ),
    "syntax.not-understood": Message(
        "did not understand `$text`", "不明白`$text`", "expected $expected", "此处应为：$expected"
    ),
    "syntax.misspelt": Message(
        "did not understand `$text`",
        "不明白`$text`",
        "did you mean `$meant`?",
        "是否想写`$meant`？",
    ),
    "syntax.strange-digits": Message(
        "`$text` is not written in the digits 0 to 9",
        "`$text`不是阿拉伯数字",
        "write 30",
        "请写 30",
    ),
    "syntax.fraction": Message(
        "`$text` has a fraction", "`$text`不是整数", "write a whole number", "请写整数"
    ),
    "syntax.brackets": Message(
        "brackets are nested too deeply",
        "括号嵌套太深",
        "split it into several rules",
        "请拆成几条规则",
    ),
    "empty.sentences": Message(
        "there is no sentence",
        "文件里没有规则",
        "write one such as: always, forbid sms, because HOUSE-SMS-01.",
        "请写规则句，如：任何情况下，禁止短信，原因HOUSE-SMS-01。",
    ),
    "unknown-key.header": Message(
        "`$word` belongs in no header", "文件开头没有`$word`这一项", "$closest", "$closest"
    ),
    "unknown-key.below": Message(
        "`$word` says nothing about $thing", "$thing没有`$word`这一项", "$closest", "$closest"
    ),
    "duplicate-key.line": Message(
        "this stands on line $line already",
        "与第$line行重复",
        "keep one of them",
        "请保留其中一行",
    ),
    "phrase-clash.begins": Message(
        "`$phrase` cannot name the field `$field`",
        "`$phrase`不能用作字段`$field`的名称",
        "give it another `$part`",
        "请换一个`$part`",
    ),
    "phrase-clash.same": Message(
        "the fields `$field` and `$other_field` are both called `$phrase`",
        "字段`$field`和`$other_field`同名：`$phrase`",
        "give one of them another `$part`",
        "请为其中一个换一个`$part`",
    ),
    "phrase-clash.prefix": Message(
        "`$longer` (`$other_field`) begins with `$phrase` (`$field`)",
        "`$longer`（`$other_field`）以`$phrase`（`$field`）开头",
        "give one of them another `$part`",
        "请为其中一个换一个`$part`",
    ),
    "phrase-clash.words": Message(
        "`$one` and `$two` of `$field` are both called `$phrase`",
        "字段`$field`的`$one`和`$two`同名：`$phrase`",
        "give it another `$part`",
        "请换一个`$part`",
    ),
    "phrase-clash.list": Message(
        "`$phrase` cannot stand in a list of words of `$field`",
        "`$phrase`不能用在字段`$field`的列表里",
        "give it another `$part`",
        "请换一个`$part`",
    ),
}
