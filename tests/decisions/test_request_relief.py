"""Relief is offered by the rules of the day, and by no others."""

from dataclasses import replace
from datetime import date

import pytest
from examples import RULE, FixedRules, a_party, an_account, shanghai

from strategy.accounts import import_parties
from strategy.domain.directive import Relief, ReliefKind
from strategy.ledger.opening import open_ledger
from strategy.relief import request_relief

AUTUMN = replace(RULE, valid_from=date(2026, 9, 1), valid_to=date(2026, 9, 30))
RULES = FixedRules((Relief(AUTUMN, ReliefKind.EXTENSION, max_months=2),))


@pytest.mark.parametrize(
    ("at", "offered"),
    [
        ("2026-08-31 23:59", False),
        ("2026-09-01 00:00", True),
        ("2026-09-30 23:59", True),
        ("2026-10-01 00:00", False),
    ],
)
def test_relief_is_offered_from_the_first_to_the_last_day_of_its_rule(place, at, offered):
    ledger = open_ledger(place)
    import_parties(ledger, [(a_party(), (an_account(),))])

    answer = request_relief(ledger, RULES, "help", "A1", shanghai(at), "Asia/Shanghai")

    assert bool(answer.options) is offered
    assert answer.human_review is not offered
    ledger.close()
