"""The seeded sample portfolio: simulated people, debts and past contacts.

Rates and their sources stand in `rates.py` and docs/sample-portfolio.md. Same arguments, same book.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from strategy.domain.account import Account
from strategy.domain.book import Book
from strategy.domain.history import History
from strategy.domain.local_time import local_day, start_of_day
from strategy.domain.party import Party
from strategy.portfolio import rates
from strategy.portfolio.chance import Chance
from strategy.portfolio.sample_debts import (
    draw_amounts,
    draw_days_past_due,
    draw_product,
    month_shares,
)
from strategy.portfolio.sample_history import HISTORY_DAYS, Past
from strategy.portfolio.sample_people import (
    draw_consents,
    draw_contact_points,
    draw_language,
    draw_zones,
)

JURISDICTION, CURRENCY = "CN", "CNY"
NOTES = ("simulated: every person, debt, consent and contact; rates in docs/sample-portfolio.md",)


def sample_book(
    accounts: int, seed: int, as_of: datetime, zone: str = "Asia/Shanghai", first: int = 1
) -> Book:
    """A book of `accounts` overdue accounts (1 or more) in cents of CNY, at a UTC instant. Ids of
    parties and accounts count from `first`: books side by side need not share any."""
    if accounts < 1:
        raise ValueError(f"at least 1 account, not {accounts}")
    party_ids = [f"P{n:07d}" for n in range(first, first + _party_count(accounts))]
    people = Chance(seed, "people")
    parties = {i: _draw_party(people, i, zone, as_of) for i in party_ids}
    debts = _draw_debts(seed, party_ids, first, accounts, local_day(as_of, zone))
    histories = draw_histories(seed, parties.values(), debts, as_of, zone)
    return Book(as_of, zone, parties, {a.id: a for a in debts}, histories)


def draw_histories(
    seed: int,
    parties: Iterable[Party],
    accounts: Iterable[Account],
    as_of: datetime,
    zone: str,
) -> dict[str, History]:
    """Simulates 30 days of contact, by party id.

    Parties whose history nobody knows (`history_from` None) get events but no attempts.
    """
    chance = Chance(seed, "past")
    by_party: dict[str, list[Account]] = defaultdict(list)
    for account in accounts:
        by_party[account.party_id].append(account)
    histories = {}
    for party in parties:
        history = Past(chance, party, as_of, zone).draw(by_party[party.id])
        if party.history_from is None:
            history = History(events=history.events)
        if history != History():
            histories[party.id] = history
    return histories


def history_start(chance: Chance, as_of: datetime, zone: str) -> datetime | None:
    """Start of the local day 30 days ago; seldom None, for a past that nobody can list."""
    if chance.happens(rates.HISTORY_UNKNOWN):
        return None
    return start_of_day(local_day(as_of, zone) - timedelta(days=HISTORY_DAYS), zone)


def _party_count(accounts: int) -> int:
    return max(1, round(accounts * rates.PARTIES_PER_ACCOUNT.value))


def _draw_party(chance: Chance, party_id: str, zone: str, as_of: datetime) -> Party:
    points = draw_contact_points(chance, party_id)
    return Party(
        party_id,
        JURISDICTION,
        draw_zones(chance, zone),
        draw_language(chance),
        points,
        draw_consents(chance, points, as_of),
        history_start(chance, as_of, zone),
    )


def _draw_debts(
    seed: int, party_ids: list[str], first: int, count: int, today: date
) -> list[Account]:
    chance, shares = Chance(seed, "debts"), month_shares()
    debts = []
    for number, party_id in enumerate(_debtors(Chance(seed, "debtors"), party_ids, count), first):
        days = draw_days_past_due(chance, shares)
        balance, overdue = draw_amounts(chance, days)
        product, due = draw_product(chance), today - timedelta(days=days)
        debts.append(Account(f"A{number:07d}", party_id, product, CURRENCY, balance, overdue, due))
    return debts


def _debtors(chance: Chance, party_ids: list[str], count: int) -> list[str]:
    """The party of each account: everyone has one, some have two, few have three or more."""
    further = count - len(party_ids)
    third = round(further * rates.THIRD_ACCOUNT.value)
    second = [_one_of(chance, party_ids) for _ in range(further - third)]
    return [*party_ids, *second, *(_one_of(chance, second) for _ in range(third))]


def _one_of(chance: Chance, party_ids: list[str]) -> str:
    return party_ids[chance.whole(0, len(party_ids) - 1)]
