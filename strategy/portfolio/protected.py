"""Columns about who somebody is. None of them may decide how they are treated."""

import re

_WORDS = frozenset(
    {
        "sex", "gender", "age", "birth", "birthday", "birthdate", "birthyear", "dob", "marriage",
        "marital", "married", "education", "educational", "school", "degree", "race", "racial",
        "ethnic", "ethnicity", "nation", "nationality", "religion", "religious", "faith",
        "disability", "disabled", "pregnant", "pregnancy", "orientation", "politics", "political",
        "union", "hukou",
    }
)  # fmt: skip
_CHINESE = (
    "性别", "年龄", "出生", "生日", "婚姻", "婚否", "学历", "教育", "民族", "种族", "国籍",
    "宗教", "信仰", "残疾", "怀孕", "性取向", "政治面貌", "户籍", "户口",
)  # fmt: skip
_SPLIT = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def is_protected(column: str) -> bool:
    """Whether a column name has a protected word in it, in any case: `SEX`, `customerAge`, `年龄`.

    Whole words only, so that `stage` and `mortgage` pass.
    """
    words = {word.lower() for word in _SPLIT.findall(column)}
    return bool(words & _WORDS) or any(word in column for word in _CHINESE)
