"""Rule files are found, named and read in one place."""

from pathlib import Path

import pytest

from strategy.errors import InputError
from strategy.rule_files import RuleFile, read_rule_files


def write(path: Path, text: str = "x") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_files_are_named_as_given_and_sorted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(Path("rules/house/b.yaml"), "二")
    write(Path("rules/cn/a.yaml"), "一")
    write(Path("rules/cn/tests/case.yaml"))
    write(Path("rules/README.md"))
    expected = (RuleFile("rules/cn/a.yaml", "一"), RuleFile("rules/house/b.yaml", "二"))
    assert read_rule_files([Path("rules")]) == expected
    assert read_rule_files([Path("rules/house"), Path("rules/cn")]) == expected


def test_a_file_below_two_folders_is_read_once(tmp_path: Path) -> None:
    write(tmp_path / "rules" / "cn" / "a.yaml")
    assert len(read_rule_files([tmp_path / "rules", tmp_path / "rules" / "cn"])) == 1


def test_rule_files_below_a_folder_that_is_itself_called_tests_are_read(tmp_path: Path) -> None:
    write(tmp_path / "tests" / "a.yaml")
    assert len(read_rule_files([tmp_path / "tests"])) == 1


def test_a_missing_folder_an_empty_one_and_foreign_bytes_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such folder"):
        read_rule_files([tmp_path / "absent"])
    with pytest.raises(InputError, match="there are no rule files"):
        read_rule_files([tmp_path])
    (tmp_path / "a.yaml").write_bytes(b"title: \xff")
    with pytest.raises(InputError, match="is not UTF-8 text"):
        read_rule_files([tmp_path])


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("b.yml", r"b\.yml`: rule files end in `\.yaml`; rename it"),
        ("b.CSV", r"b\.CSV`: rule files end in `\.csv`; rename it"),
        ("b.xls", r"b\.xls`: save the workbook as `\.xlsx`"),
        ("b.ods", r"b\.ods`: save the workbook as `\.xlsx`"),
        ("b.tsv", r"b\.tsv`: tables end in `\.csv`"),
    ],
)
def test_a_file_that_would_be_left_out_because_of_its_ending_is_refused(
    tmp_path: Path, name: str, said: str
) -> None:
    write(tmp_path / "a.yaml")
    write(tmp_path / name)
    with pytest.raises(InputError, match=said):
        read_rule_files([tmp_path])


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_a_table_in_another_encoding_is_refused_with_the_way_to_save_it(
    tmp_path: Path, encoding: str
) -> None:
    (tmp_path / "a.csv").write_text("规则包,mine\n", encoding=encoding)
    with pytest.raises(InputError, match=r"is not UTF-8 text .*CSV UTF-8.*另存为"):
        read_rule_files([tmp_path])
