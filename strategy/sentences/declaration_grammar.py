"""How sentences declare segments, scripts, fields and calendars: the part of the grammar that is
not about rules. What is free text stands below the sentence, as its metadata."""

EN = r"""
segment: SEGMENT ":" members "."
?members: "everybody else" -> always | "when"i condition -> when
script: SCRIPT ":" "for" CHANNEL "in" languages ["," mentions] "."
languages: CODE ("and" CODE)*
mentions: "mentions" MENTION ("and" MENTION)*
  | "mentions nothing of the debt" -> no_mentions
field: FIELD ":" type "."
?type: "true or false" -> flag_type
  | "an amount" -> money_type
  | "a code" -> code_type
  | "a whole number" ["from" WHOLE] ["to" WHOLE] -> whole_type
  | "one of" "[" NAME ("," NAME)* "]" -> choice_type
calendar: CALENDAR ":" year (";" year)* "."
year: "in" YEAR "on" "[" DATE ("," DATE)* "]"
SCRIPT: /script\s+/i NAME
SEGMENT: /segment\s+/i NAME
FIELD: /field\s+/i NAME
CALENDAR: /calendar\s+/i NAME
DATE: /[0-9]{2}-[0-9]{2}/
"""

ZH = r"""
segment: SEGMENT "：" members "。"
?members: "其他所有客户" -> always | "当" condition "时" -> when
script: SCRIPT "：" "用于" CHANNEL "，" "语言" languages ["，" mentions] "。"
languages: CODE ("、" CODE)*
mentions: "提及" MENTION ("、" MENTION)*
  | "不提及债务" -> no_mentions
field: FIELD "：" type "。"
?type: "是或否" -> flag_type
  | "金额" -> money_type
  | "代码" -> code_type
  | "整数" ["从" WHOLE] ["到" WHOLE] -> whole_type
  | "取值" NAME ("、" NAME)* -> choice_type
calendar: CALENDAR "：" year ("；" year)* "。"
year: YEAR "年" DATE ("、" DATE)*
SCRIPT: /话术\s*/ NAME
SEGMENT: /分群\s*/ NAME
FIELD: /字段\s*/ NAME
CALENDAR: /日历\s*/ NAME
DATE: /[0-9]{1,2}月[0-9]{1,2}日/
"""
