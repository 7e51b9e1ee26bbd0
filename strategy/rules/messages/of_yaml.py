"""The text is no YAML, or uses what rule files leave out of YAML."""

from strategy.rules.messages.message import Message

OF_YAML = {
    "syntax.tab": Message(
        "a tab stands where spaces are needed",
        "此处用了制表符，应为空格",
        "indent with spaces",
        "请用空格缩进",
    ),
    "syntax.quotes": Message(
        "the quotes that open here are not closed",
        "此处开始的引号没有闭合",
        "close them on the same line",
        "请在同一行补上后引号",
    ),
    "syntax.bracket": Message(
        "the `$bracket` of line $line is not closed here, or a comma is missing",
        "第$line行的`$bracket`到此没有闭合，或缺少逗号",
        "close it, separate its items with commas, or put text with `: ` in quotes",
        "请补上右括号，或用英文逗号隔开各项；文字里若有冒号加空格，请加引号",
    ),
    "syntax.colon": Message(
        "a `:` cannot stand here",
        "此处不能有冒号",
        "end keys with `: `, keep keys of one table in one column, put text with `: ` in quotes",
        "键后用英文冒号加空格，同一层的键左对齐；文字里若有冒号加空格，请加引号",
    ),
    "syntax.no-colon": Message(
        "there is no `: ` after this",
        "此处之后缺少英文冒号加空格",
        "write a key and its value, as in `pack: house`",
        "请写成键和值，如`pack: house`",
    ),
    "syntax.indentation": Message(
        "this does not continue the lines before it",
        "此处与前文接不上",
        "check how far the line is indented, and the quotes and brackets before it",
        "请检查本行缩进，以及前面的引号和括号",
    ),
    "syntax.dash": Message(
        "a list cannot begin here",
        "此处不能开始列表",
        "begin it on a line of its own, or put the text in quotes",
        "请另起一行写列表；若是文字，请加引号",
    ),
    "syntax.character": Message(
        "a value cannot begin with `$character`",
        "值不能以`$character`开头",
        "put the text in quotes",
        "请给文字加引号",
    ),
    "syntax.unprintable": Message(
        "the text holds a character that cannot be seen ($character)",
        "文件含有不可见字符（$character）",
        "type the line anew",
        "请重新输入该行",
    ),
    "syntax.documents": Message(
        "a second document begins here",
        "此处开始了第二个文档",
        "remove the line `---`, or write two files",
        "请删去`---`这一行，或分成两个文件",
    ),
    "syntax.deep": Message(
        "lists or keys are nested too deeply",
        "列表或键嵌套太深",
        "write the rule with fewer levels",
        "请减少层次",
    ),
    "syntax.yaml": Message(
        "this is no YAML: $problem",
        "不是合法的YAML：$problem",
        "put the text in quotes, and use `\\` only in double quotes",
        "请给文字加引号；`\\`只能用在双引号中",
    ),
    "anchor": Message(
        "anchors and aliases are not used here",
        "规则文件不使用锚点（&）和别名（*）",
        "write it out; put text that begins with & or * in quotes",
        "请直接写出内容；以&或*开头的文字请加引号",
    ),
    "tag": Message(
        "the tag `$tag` is not used here",
        "规则文件不使用标签`$tag`",
        "remove it; put text that begins with ! in quotes",
        "请删去；以!开头的文字请加引号",
    ),
    "duplicate-key": Message(
        "`$word` stands here twice (first on line $line)",
        "`$word`在此重复（首次在第$line行）",
        "keep one of them",
        "请只保留一个",
    ),
    "empty.file": Message(
        "the file is empty",
        "文件是空的",
        "write a rule, or remove the file",
        "请写规则，或删去文件",
    ),
    "empty.value": Message(
        "a value is missing here",
        "此处缺少值",
        "write the value, or remove the key",
        "请补上值，或删去这个键",
    ),
    "wrong-type.key": Message(
        "a key must be a word", "键必须是一个词", "put it in quotes", "请加引号"
    ),
    "wrong-type.digits": Message(
        "`$text` is not a plain whole number",
        "`$text`不是普通整数",
        "write digits only, without leading zeros",
        "请只写数字，开头不带0",
    ),
    "wrong-type.fraction": Message(
        "`$text` has a fraction",
        "`$text`带有小数",
        'write a whole number, or an amount such as "500.00 CNY" in quotes',
        '请写整数；金额请加引号，如 "500.00 CNY"',
    ),
    "wrong-type.ambiguous": Message(
        "`$text` is ambiguous",
        "`$text`有歧义",
        "write true or false",
        "请写true（是）或false（否）",
    ),
    "wrong-type.date": Message(
        "`$text` could be read as a timestamp",
        "`$text`会被当作日期时间",
        "put it in quotes",
        "请加引号",
    ),
    "wrong-type.unquoted": Message(
        "`$text` is neither text nor a number",
        "`$text`既不是文字也不是数字",
        "put it in quotes",
        "请加引号",
    ),
}
