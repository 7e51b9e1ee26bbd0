"""Simulates what a source lacks, with the sample's rates. Each filler has its own seeded stream."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from strategy.domain.account import Account
from strategy.domain.history import History
from strategy.domain.party import Party
from strategy.portfolio.chance import Chance
from strategy.portfolio.sample import draw_histories, history_start
from strategy.portfolio.sample_debts import overdue_part
from strategy.portfolio.sample_people import (
    draw_consents,
    draw_contact_points,
    draw_language,
    draw_zones,
)

FILLED = {
    "overdue": "overdue amounts, from balance and months late",
    "zones": "time zones",
    "language": "languages",
    "contact_points": "contact points (tokens, no real number)",
    "consents": "consents",
    "history": "30 days of contact attempts and customer events",
}
"""What each filler simulates, for the announcement."""


def fill_accounts(accounts: Sequence[Account], fill: Sequence[str], today: date) -> list[Account]:
    if "overdue" not in fill:
        return list(accounts)
    return [
        replace(a, overdue_cents=overdue_part(a.balance_cents, a.days_past_due(today)))
        for a in accounts
    ]


def fill_parties(
    parties: Sequence[Party], fill: Sequence[str], seed: int, as_of: datetime, zone: str
) -> dict[str, Party]:
    streams = {name: Chance(seed, f"fill {name}") for name in fill}
    filled = {}
    for party in parties:
        if "zones" in streams:
            party = replace(party, zones=draw_zones(streams["zones"], zone))
        if "language" in streams:
            party = replace(party, language=draw_language(streams["language"]))
        if "contact_points" in streams:
            points = draw_contact_points(streams["contact_points"], party.id)
            party = replace(party, contact_points=points)
        if "consents" in streams:
            consents = draw_consents(streams["consents"], party.contact_points, as_of)
            party = replace(party, consents=consents)
        if "history" in streams:
            party = replace(party, history_from=history_start(streams["history"], as_of, zone))
        filled[party.id] = party
    return filled


def fill_histories(
    parties: dict[str, Party],
    accounts: Sequence[Account],
    fill: Sequence[str],
    seed: int,
    as_of: datetime,
    zone: str,
) -> dict[str, History]:
    if "history" not in fill:
        return {}
    return draw_histories(seed, parties.values(), accounts, as_of, zone)
