"""What a decision table says in its header, its columns, its cells, or hides in a workbook."""

from strategy.rules.messages.message import Message

OF_TABLES = {
    "no-heading.table": Message(
        "no row names the columns",
        "没有一行写明列名",
        "write a row with `id`, `title`, the fields that are asked, and `then`",
        "请写一行列名：`编号`、`标题`、要用的字段，以及`则`",
    ),
    "no-heading.cell": Message(
        "no heading stands above this cell",
        "这一列没有列名",
        "name the column, or empty the cell",
        "请写列名，或清空这一格",
    ),
    "missing-key.column": Message(
        "no column is called `$key`",
        "缺少`$key`一列",
        "add the column",
        "请加上这一列",
    ),
    "unknown-key.column": Message(
        "no column is called `$word`",
        "没有叫`$word`的列",
        "did you mean `$meant`?",
        "是否想写`$meant`？",
    ),
    "unknown-key.strange-column": Message(
        "no column is called `$word`",
        "没有叫`$word`的列",
        "a column is a field, such as `days past due`, or one of $known",
        "列可以是字段，如`逾期天数`，或$known",
    ),
    "phrase-clash.column": Message(
        "`$word` could mean any of $meant",
        "`$word`可以指：$meant",
        "write a name that only one of them has",
        "请写只属于其中一个的名称",
    ),
    "duplicate-key.column": Message(
        "column $letters means the same",
        "与 $letters 列重复",
        "keep one of them",
        "请保留其中一列",
    ),
    "unknown-key.above": Message(
        "`$word` belongs in no header",
        "表头没有`$word`这一项",
        "known: $known; begin a remark with `#`",
        "可用：$known；说明文字请以`#`开头",
    ),
    "duplicate-key.above": Message(
        "`$word` stands in row $row already",
        "`$word`与第 $row 行重复",
        "keep one of them",
        "请保留其中一行",
    ),
    "empty.beside": Message(
        "a value is missing beside this cell",
        "这一格旁边没有填写",
        "write it in the next cell",
        "请在旁边一格填写",
    ),
    "extra-cell": Message(
        "only one value belongs here",
        "这里只能填一个值",
        "empty this cell",
        "请清空这一格",
    ),
    "empty.cell": Message(
        "row $row has no `$key`",
        "第 $row 行没有填写`$key`",
        "fill the cell, or delete the row",
        "请填写，或删除此行",
    ),
    "empty.table": Message(
        "no rule stands below the names of the columns",
        "列名下面没有规则",
        "write one rule a row",
        "请每行写一条规则",
    ),
    "wrong-type.made-a-date": Message(
        "`$text` is a date or a time; spreadsheets make one of `3-5`",
        "`$text`是日期或时间；电子表格会把`3-5`变成日期",
        "write 3 to 5, in a cell formatted as text",
        "请写 3至5，单元格格式设为文本",
    ),
    "wrong-type.yes-or-no": Message(
        "`$text` is neither yes nor no",
        "`$text`不是“是”或“否”",
        "write yes, no, or nothing for either",
        "请写是或否；留空表示不限",
    ),
    "syntax.quotes-of-cells": Message(
        "the quotes do not match ($error)",
        "引号不成对（$error）",
        "a cell in quotes doubles those inside it",
        "加引号的单元格里，引号要写两遍",
    ),
    "too-big": Message(
        "a table has at most $rows rows and $columns columns",
        "一张表最多 $rows 行、$columns 列",
        "split it, or delete the empty cells around it",
        "请拆成几张表，或删除表格周围的空单元格",
    ),
    "hidden.sheet": Message(
        "this sheet is hidden",
        "这张工作表被隐藏",
        "show it, delete it, or begin its name with `#`",
        "请取消隐藏、删除，或让表名以`#`开头",
    ),
    "hidden.row": Message(
        "this row is hidden",
        "这一行被隐藏或被筛选掉",
        "show it, or delete it",
        "请取消隐藏、清除筛选，或删除此行",
    ),
    "hidden.column": Message(
        "this column is hidden",
        "这一列被隐藏",
        "show it, or delete it",
        "请取消隐藏，或删除此列",
    ),
    "merged": Message(
        "the cells $cells are merged",
        "单元格 $cells 已合并",
        "unmerge them and fill each one",
        "请取消合并，并逐格填写",
    ),
    "formula": Message(
        "a formula stands here",
        "这里是公式",
        "replace it with its value",
        "请粘贴为数值",
    ),
    "formula.error": Message(
        "the cell shows the error $error",
        "单元格显示错误 $error",
        "write the value itself",
        "请直接写出数值",
    ),
}
