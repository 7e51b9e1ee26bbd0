"""A portfolio folder gives back what was saved, and refuses what cannot be right."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from strategy.domain.account import Account, Product
from strategy.domain.attempt import Attempt, Purpose
from strategy.domain.book import Book
from strategy.domain.channel import Channel
from strategy.domain.contact_point import ContactKind, ContactPoint, Owner
from strategy.domain.event import Event, EventKind
from strategy.domain.history import History
from strategy.domain.local_time import LocalWindow
from strategy.domain.outcome import Outcome
from strategy.domain.party import Consent, Party, Wish
from strategy.errors import InputError
from strategy.portfolio.folder import digest, load, save
from strategy.portfolio.sample import sample_book

AS_OF = datetime(2026, 10, 12, 1, 30, tzinfo=UTC)
MICRO = AS_OF - timedelta(days=1, microseconds=1)
FORMAT_1 = Path(__file__).parent / "format-1"


def book() -> Book:
    anna = Party(
        "P1",
        "CN",
        ("Asia/Shanghai", "Asia/Urumqi"),
        "zh",
        (ContactPoint("C1", "P1", ContactKind.MOBILE, Owner.DEBTOR, "token:1", False),),
        (Consent(Channel.SMS, MICRO, AS_OF), Consent(Channel.PUSH, MICRO, any_hour=True)),
        MICRO,
        (
            Wish(windows=(LocalWindow(1260, 510), LocalWindow(720, 1440)), until=AS_OF),
            Wish(frozenset({Channel.VISIT, Channel.SMS}), kinds=frozenset({ContactKind.WORK})),
        ),
    )
    ben = Party("P2", "CN", (), "en", ())
    account = Account("A1", "P1", Product.CASH_LOAN, "CNY", 12_345, 100, date(2026, 9, 1))
    known: dict[str, int | bool | str] = {"limit": 5_000_000, "vulnerable": False, "team": "B 组"}
    account = replace(account, attributes=known, liable=("P2",))
    past = History(
        (
            Attempt(
                "T1",
                "P1",
                "A1",
                "C1",
                Channel.AGENT_CALL,
                MICRO,
                Outcome.PROMISE_TO_PAY,
                Purpose.REQUESTED,
                "firm 7",
            ),
        ),
        (
            Event("E1", "P1", EventKind.WRONG_NUMBER, MICRO, contact_point_id="C1"),
            Event(
                "E2", "P1", EventKind.PROMISE, AS_OF, "A1", due=date(2026, 10, 20), amount_cents=7
            ),
            Event("E3", "P1", EventKind.OPT_OUT, AS_OF, channel="sms"),
        ),
    )
    return Book(AS_OF, "Asia/Shanghai", {"P1": anna, "P2": ben}, {"A1": account}, {"P1": past})


def rewrite(folder: Path, table: str, change: pl.Expr | list[pl.Expr]) -> None:
    path = folder / f"{table}.parquet"
    pl.read_parquet(path).with_columns(change).write_parquet(path)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    save(book(), tmp_path, ["phones are simulated"])
    return tmp_path


def test_what_was_saved_is_loaded_to_the_microsecond(saved: Path) -> None:
    assert load(saved) == book()


def test_a_folder_of_format_1_is_read_as_what_it_could_say() -> None:
    """It was written by the program before attributes, wishes and purposes came."""
    told = book()
    anna, past = told.parties["P1"], told.histories["P1"]
    told.parties["P1"] = replace(
        anna, consents=tuple(replace(c, any_hour=False) for c in anna.consents), wishes=()
    )
    told.accounts["A1"] = replace(told.accounts["A1"], attributes={}, liable=())
    (attempt,) = past.attempts
    plain = replace(attempt, purpose=Purpose.COLLECTION, agency="")
    told.histories["P1"] = replace(past, attempts=(plain,))

    assert load(FORMAT_1) == told
    assert digest(FORMAT_1).startswith("67ba1e39c8bb")  # plans made from it name it


def test_the_order_of_columns_in_a_file_does_not_matter(saved: Path) -> None:
    for path in saved.glob("*.parquet"):
        frame = pl.read_parquet(path)
        frame.select(reversed(frame.columns)).write_parquet(path)
    assert load(saved) == book()


def test_an_empty_book_is_a_portfolio_too(tmp_path: Path) -> None:
    empty = Book(AS_OF, "Asia/Shanghai", {}, {}, {})
    save(empty, tmp_path, [])
    assert load(tmp_path) == empty


def test_notes_and_counts_stand_in_portfolio_json(saved: Path) -> None:
    about = json.loads((saved / "portfolio.json").read_text(encoding="utf-8"))
    assert about["notes"] == ["phones are simulated"]
    assert about["as_of"] == "2026-10-12T01:30:00+00:00"
    assert about["counts"] == {
        "parties": 2,
        "contact_points": 1,
        "consents": 2,
        "wishes": 2,
        "accounts": 1,
        "attributes": 3,
        "attempts": 1,
        "events": 3,
    }


def test_the_same_book_has_the_same_digest_and_another_has_not(tmp_path: Path) -> None:
    other = book()
    other.accounts["A1"] = replace(other.accounts["A1"], balance_cents=12_346)
    for name, content in (("one", book()), ("two", book()), ("three", other)):
        save(content, tmp_path / name, [])
    assert digest(tmp_path / "one") == digest(tmp_path / "two") != digest(tmp_path / "three")


@pytest.mark.parametrize(
    ("table", "change", "says"),
    [
        (
            "accounts",
            pl.lit("mortgage").alias("product"),
            "accounts.parquet row 1: `product` `mortgage` is none of credit_card",
        ),
        (
            "accounts",
            pl.lit(-1, pl.Int64).alias("balance_cents"),
            "accounts.parquet row 1: `balance_cents` `-1` is negative",
        ),
        (
            "accounts",
            pl.lit("P9").alias("party_id"),
            "accounts.parquet row 1: `party_id` `P9` is not in parties.parquet",
        ),
        (
            "attempts",
            pl.lit("P3").alias("party_id"),
            "attempts.parquet row 1: `account_id` `A1` is not in accounts.parquet for that party",
        ),
        (
            "attempts",
            pl.lit("P2").alias("party_id"),  # owes A1 too, but has no such contact point
            "attempts.parquet row 1: `contact_point_id` `C1` is not in contact_points.parquet",
        ),
        (
            "accounts",
            pl.concat_list(pl.lit("P9")).alias("liable"),
            "accounts.parquet row 1: `liable` `P9` names nobody of parties.parquet",
        ),
        (
            "accounts",
            pl.concat_list(pl.lit("P1")).alias("liable"),
            "accounts.parquet row 1: `liable` `P1` names the account's own party",
        ),
        (
            "attempts",
            pl.lit(None, pl.String).alias("outcome"),
            "attempts.parquet row 1: `outcome` is empty",
        ),
        (
            "attempts",
            pl.col("at").dt.offset_by("2d"),
            "attempts.parquet row 1: `at` `2026-10-13 01:29:59.999999+00:00` is after",
        ),
        (
            "attempts",
            pl.col("at").dt.replace_time_zone(None),
            "attempts.parquet: column `at` is Datetime(time_unit='us', time_zone=None), must be",
        ),
        (
            "events",
            pl.lit("E1").alias("id"),
            "events.parquet row 2: `id` `E1` is there twice (and 1 more rows)",
        ),
        ("events", pl.lit("fax").alias("channel"), "events.parquet row 1: `channel` `fax` is none"),
        (
            "events",
            pl.lit("C7").alias("contact_point_id"),
            "events.parquet row 1: `contact_point_id` `C7` is not in contact_points.parquet",
        ),
        (
            "parties",
            pl.concat_list(pl.lit("Asia/Peking")).alias("zones"),
            "parties.parquet row 1: unknown time zone `Asia/Peking`",
        ),
        (
            "wishes",
            pl.concat_list(pl.lit("9-17")).alias("windows"),
            "wishes.parquet row 1: `9-17` are no hours of the day: write `21:00-08:30`",
        ),
        (
            "wishes",
            pl.concat_list(pl.lit("sms"), pl.lit("fax")).alias("channels"),
            "wishes.parquet row 1: `channels` `sms, fax` names none of",
        ),
        (
            "attributes",
            pl.lit("A9").alias("account_id"),
            "attributes.parquet row 1: `account_id` `A9` is not in accounts.parquet (and 2 more",
        ),
        (
            "attributes",
            pl.lit("limit").alias("name"),
            "attributes.parquet row 2: `name` `limit` is there twice for its account",
        ),
        (
            "attributes",
            pl.lit(7, pl.Int64).alias("whole"),
            "attributes.parquet row 2: `name` `team` must have one of whole, flag, word",
        ),
        (
            "attempts",
            pl.lit("fun").alias("purpose"),
            "attempts.parquet row 1: `purpose` `fun` is none of collection, service",
        ),
        ("parties", pl.lit(1).alias("age"), "parties.parquet: unknown column `age`"),
    ],
)
def test_a_fault_is_named_with_file_and_row(
    saved: Path, table: str, change: pl.Expr, says: str
) -> None:
    rewrite(saved, table, change)
    with pytest.raises(InputError) as error:
        load(saved)
    assert says in error.value.what


def test_a_field_has_one_type_for_all_accounts(tmp_path: Path) -> None:
    mixed = book()
    mixed.accounts["A2"] = replace(mixed.accounts["A1"], id="A2", attributes={"limit": "high"})
    with pytest.raises(InputError, match="row 4: `name` `limit` is of another type in an earlier"):
        save(mixed, tmp_path, [])


def test_all_kinds_of_fault_are_named_at_once(saved: Path) -> None:
    rewrite(saved, "accounts", pl.lit(-1, pl.Int64).alias("balance_cents"))
    rewrite(saved, "attempts", pl.lit("shrug").alias("outcome"))
    with pytest.raises(InputError, match=r"`shrug`.*negative"):
        load(saved)


def test_a_table_with_rows_lost_is_refused(saved: Path) -> None:
    pl.read_parquet(saved / "events.parquet").head(2).write_parquet(saved / "events.parquet")
    with pytest.raises(InputError, match=r"events.parquet: has 2 rows, `portfolio.json` says 3"):
        load(saved)


def test_a_missing_table_is_named(saved: Path) -> None:
    (saved / "consents.parquet").unlink()
    with pytest.raises(InputError, match=r"consents.parquet: is missing"):
        load(saved)


def test_a_broken_table_is_named(saved: Path) -> None:
    (saved / "consents.parquet").write_bytes(b"PAR1 not really")
    with pytest.raises(InputError, match=r"consents.parquet: is no parquet file"):
        load(saved)


def test_a_day_that_no_calendar_has_is_named(saved: Path) -> None:
    rewrite(saved, "accounts", pl.lit(9_999_999, pl.Int32).cast(pl.Date).alias("due_date"))
    with pytest.raises(InputError, match=r"accounts\.parquet row 1: `due_date` `9999999` days"):
        load(saved)


def test_a_portfolio_json_that_is_nested_without_end_is_refused(saved: Path) -> None:
    (saved / "portfolio.json").write_text("[" * 100_000)
    with pytest.raises(InputError, match="is no JSON"):
        load(saved)


def test_a_folder_that_is_no_portfolio_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="strategy generate"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("format", 3, "`format` 1 or 2"),
        ("as_of", "2026-10-12T01:30:00", "no time zone"),
        ("as_of", "yesterday", "is no instant"),
        ("zone", "Mars/Base", "unknown time zone `Mars/Base`"),
        ("counts", None, "`counts`"),
    ],
)
def test_a_wrong_portfolio_json_is_refused(
    saved: Path, name: str, value: object, says: str
) -> None:
    path = saved / "portfolio.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {name: value}))
    with pytest.raises(InputError, match=says):
        load(saved)


def test_two_currencies_are_refused(tmp_path: Path) -> None:
    mixed = book()
    mixed.accounts["A2"] = replace(mixed.accounts["A1"], id="A2", currency="USD")
    with pytest.raises(InputError, match="CNY, USD"):
        save(mixed, tmp_path, [])


def test_a_naive_instant_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no time zone"):
        save(replace(book(), as_of=datetime(2026, 10, 12)), tmp_path, [])  # noqa: DTZ001


def test_a_book_that_could_not_be_loaded_is_not_saved(tmp_path: Path) -> None:
    wrong = book()
    wrong.accounts["A1"] = replace(wrong.accounts["A1"], party_id="P9")
    with pytest.raises(InputError, match="`P9`"):
        save(wrong, tmp_path / "out", [])
    assert not (tmp_path / "out").exists()


def test_events_come_back_oldest_first_whatever_the_order_of_the_rows(saved: Path) -> None:
    path = saved / "events.parquet"
    pl.read_parquet(path)[[1, 2, 0]].write_parquet(path)  # E2 and E3 are of one instant, E1 older
    assert load(saved) == book()


def test_equal_ids_and_consents_of_a_loaded_book_are_one_object_each(tmp_path):
    sample = sample_book(40, 7, AS_OF)
    save(sample, tmp_path, ())
    loaded = load(tmp_path)
    consents = [c for party in loaded.parties.values() for c in party.consents]

    assert loaded == sample
    assert all(
        a.party_id is loaded.parties[a.party_id].id
        for history in loaded.histories.values()
        for a in history.attempts
    )
    assert len({id(c) for c in consents}) == len(set(consents))
