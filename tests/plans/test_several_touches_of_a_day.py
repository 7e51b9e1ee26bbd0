"""Several touches of a person in a day's plan, by the rules and the past of that person."""

import itertools
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest
from examples import (
    CALM,
    RULE,
    SHANGHAI,
    FixedRules,
    a_mobile,
    a_party,
    an_account,
    an_attempt,
    shanghai,
)

from strategy.domain.before import Before
from strategy.domain.book import Book
from strategy.domain.capacity import Capacity
from strategy.domain.channel import ALL_CHANNELS, VOICE, Channel
from strategy.domain.contact_plan import PlanMode
from strategy.domain.contact_point import ContactKind
from strategy.domain.directive import Cap, CapKey, CapWindow, CoolDown, MinimumGap
from strategy.domain.floor import Floor
from strategy.domain.history import History
from strategy.domain.outcome import Count, Outcome
from strategy.domain.script import Script
from strategy.domain.slot import slots_between
from strategy.errors import InputError
from strategy.opened import Opener, chunks
from strategy.optimizer.choice import solve_choice
from strategy.optimizer.choice_problem import ChoiceProblem
from strategy.plan import plan_day
from strategy.plan_summary import summarise
from strategy.portfolio.sample import sample_book

DAY = shanghai("2026-03-10 00:00")
SLOTS = slots_between(shanghai("2026-03-10 09:00"), shanghai("2026-03-10 12:00"))
ROBOT = Script("S-ROBOT", Channel.ROBOT_CALL, "robot", frozenset({"zh"}), persona="小雨，女声")
TEXT = Script("S-TEXT", Channel.SMS, "text", frozenset({"zh"}))
SCRIPTS = {script.id: script for script in (CALM, ROBOT, TEXT)}
WAYS = (Channel.SMS, Channel.ROBOT_CALL, Channel.AGENT_CALL)


def capacity(touches=3, room=5, channels=WAYS, **changes):
    return Capacity(
        SHANGHAI, SLOTS, {c: (room,) * len(SLOTS) for c in channels}, 10**8, touches, **changes
    )


def one_person(*past, accounts=1, **changes):
    """Somebody for whom contact by every channel pays."""
    owed = {
        f"A{n}": an_account(f"A{n}", overdue_cents=900_000, due_date=date(2026, 3, 1))
        for n in range(accounts)
    }
    return Book(DAY, SHANGHAI, {"P1": a_party(**changes)}, owed, {"P1": History(past)})


def planned(book, *directives, **changes):
    """The touches of a plan that the verifier passed, in their order."""
    day = plan_day(book, FixedRules(directives, SCRIPTS), capacity(**changes))
    assert day.violations == ()
    assert day.plan.mode is PlanMode.PRICED
    found = sorted(day.plan.assignments, key=lambda a: a.touch)
    assert [a.touch for a in found] == list(range(1, len(found) + 1))
    return found


def places(assignments):
    return [SLOTS.index(a.slot) for a in assignments]


def cap(maximum, channels=ALL_CHANNELS, **changes):
    return Cap(
        **{
            "rule": RULE,
            "channels": channels,
            "count": Count.DIALS,
            "key": CapKey.PARTY,
            "maximum": maximum,
            "days": 1,
        }
        | changes
    )


def test_a_person_whom_nothing_forbids_gets_three_touches_each_in_a_later_slot():
    touches = planned(one_person())

    assert len(touches) == 3
    assert places(touches) == sorted(set(places(touches)))
    assert len({a.account_id for a in touches}) == 1


def test_a_later_touch_counts_with_the_chance_that_those_before_it_fail():
    day = plan_day(one_person(), FixedRules((), SCRIPTS), capacity())
    first, second, third = sorted(day.plan.assignments, key=lambda a: a.touch)
    fails = [1 - a.contact_micro / 1e6 for a in (first, second)]

    assert (first.chance_micro, 0 < first.contact_micro < 10**6) == (10**6, True)
    assert second.chance_micro / 1e6 == pytest.approx(fails[0], abs=2e-6)
    assert third.chance_micro / 1e6 == pytest.approx(fails[0] * fails[1], abs=2e-6)
    worth = first.value_cents + fails[0] * (second.value_cents + fails[1] * third.value_cents)
    assert day.plan.value_cents == pytest.approx(worth, abs=2)


@pytest.mark.parametrize("maximum", [1, 2, 3])
def test_a_cap_over_all_channels_bounds_the_sequence(maximum):
    assert len(planned(one_person(), cap(maximum))) == maximum


def test_a_cap_of_one_channel_leaves_the_others():
    touches = planned(one_person(), cap(1, frozenset({Channel.AGENT_CALL})), cap(1, VOICE))

    assert sum(a.channel in VOICE for a in touches) == 1
    assert len(touches) == 3


def test_a_cap_that_joins_two_channels_counts_both_together():
    touches = planned(
        one_person(), cap(2, VOICE), channels=(Channel.AGENT_CALL, Channel.ROBOT_CALL)
    )

    assert len(touches) == 2


def test_what_the_person_was_contacted_before_takes_its_part_of_the_cap():
    early = an_attempt(shanghai("2026-03-10 07:00"), Outcome.NO_ANSWER)
    yesterday = an_attempt(shanghai("2026-03-09 10:00"), Outcome.NO_ANSWER)

    assert len(planned(one_person(early), cap(3))) == 2
    assert len(planned(one_person(yesterday), cap(3))) == 3
    assert len(planned(one_person(yesterday), cap(3, days=2))) == 2
    assert len(planned(one_person(yesterday, early), cap(3, days=2))) == 1


def test_a_cap_binds_over_all_accounts_and_numbers_of_the_person():
    points = (a_mobile(), a_mobile(number="2"))
    book = one_person(accounts=3, contact_points=points)

    for key in CapKey:
        assert len(planned(book, cap(2, key=key))) == 2
    assert len(planned(book, cap(2, window=CapWindow.HOURS, days=0, hours=24))) == 2


def test_a_cap_for_a_kind_of_number_does_not_bind_another_kind():
    work = frozenset({ContactKind.WORK})

    assert len(planned(one_person(), cap(1, kinds=work))) == 3


def test_a_failed_call_may_count_as_answered_but_never_as_a_conversation():
    assert len(planned(one_person(), cap(1, count=Count.CONNECTED), channels=tuple(VOICE))) == 1
    assert len(planned(one_person(), cap(1, count=Count.CONVERSATIONS))) == 3
    machine = frozenset({Outcome.VOICEMAIL, Outcome.DROPPED})
    uncounted = cap(1, count=Count.CONNECTED, uncounted=machine)
    assert len(planned(one_person(), uncounted, channels=tuple(VOICE))) == 3


@pytest.mark.parametrize(("minutes", "apart"), [(30, 2), (31, 3), (60, 3), (75, 4)])
def test_a_gap_lies_between_the_end_of_one_slot_and_the_beginning_of_the_next(minutes, apart):
    gap = MinimumGap(RULE, ALL_CHANNELS, minutes)
    touches = planned(one_person(), gap)
    away = [b - a for a, b in itertools.pairwise(places(touches))]

    assert min(away) >= apart
    assert len(touches) == min(3, 1 + (len(SLOTS) - 1) // apart)


def test_a_gap_between_calls_holds_over_a_text_between_them():
    gap = MinimumGap(RULE, VOICE, 90)
    touches = planned(one_person(), gap, cap(1, frozenset({Channel.SMS})))
    calls = [place for a, place in zip(touches, places(touches), strict=True) if a.channel in VOICE]

    assert len(touches) == 3
    assert all(b - a >= 4 for a, b in itertools.pairwise(calls))


def test_a_gap_of_days_leaves_one_touch():
    assert len(planned(one_person(), MinimumGap(RULE, ALL_CHANNELS, days=1))) == 1


def test_a_gap_to_what_was_before_keeps_the_first_touch_away():
    just_before = an_attempt(shanghai("2026-03-10 08:50"), Outcome.NO_ANSWER)
    touches = planned(one_person(just_before), MinimumGap(RULE, ALL_CHANNELS, 60))

    assert places(touches)[0] >= 2  # 9:50 lies in the slot that starts at 9:30


def test_a_rest_after_a_conversation_leaves_the_next_touch_and_one_after_silence_does_not():
    talk = CoolDown(RULE, ALL_CHANNELS, frozenset({Outcome.RIGHT_PARTY_CONTACT}), 3)
    silence = CoolDown(RULE, VOICE, frozenset({Outcome.NO_ANSWER}), 3)

    assert len(planned(one_person(), talk)) == 3
    assert sum(a.channel in VOICE for a in planned(one_person(), silence)) == 1


def test_a_person_with_seven_accounts_has_touches_for_those_worth_most():
    book = one_person(accounts=7)
    rich = replace(book.accounts["A5"], overdue_cents=5_000_000, balance_cents=9_000_000)
    touches = planned(replace(book, accounts=book.accounts | {"A5": rich}))

    assert [a.account_id for a in touches] == ["A5"] * 3


def test_every_touch_takes_as_much_of_a_half_hour_and_of_the_day_as_it_is_made():
    book = Book(
        DAY,
        SHANGHAI,
        {f"P{n}": a_party(f"P{n}") for n in range(3)},
        {
            f"A{n}": an_account(f"A{n}", f"P{n}", overdue_cents=900_000, due_date=date(2026, 3, 1))
            for n in range(3)
        },
        {},
    )
    limits = capacity(3, 3, (Channel.AGENT_CALL,), per_day={Channel.AGENT_CALL: 8})
    day = plan_day(book, FixedRules((), SCRIPTS), limits)
    by_slot = Counter()
    for a in day.plan.assignments:
        by_slot[a.slot] += a.chance_micro

    assert day.violations == ()
    assert max(by_slot.values()) <= 3 * 10**6
    assert sum(by_slot.values()) <= 8 * 10**6
    assert len(day.plan.assignments) == 9  # later touches are made less often than planned
    said = summarise(day, limits)
    assert said.expected == pytest.approx(sum(by_slot.values()) / 1e6)
    assert sum(said.by_touch) == len(day.plan.assignments)


@pytest.mark.parametrize("touches", [2, 3])
def test_a_plan_by_prices_is_close_to_the_best_of_all_sequences_and_that_is_within_its_bound(
    touches,
):
    few = slots_between(shanghai("2026-03-10 10:00"), shanghai("2026-03-10 12:00"))
    book = sample_book(45, 3, datetime(2026, 3, 9, 12, tzinfo=UTC))
    rules = FixedRules((cap(2, VOICE), MinimumGap(RULE, VOICE, 30)), SCRIPTS)
    rooms = {Channel.SMS: (4,) * 4, Channel.ROBOT_CALL: (5,) * 4, Channel.AGENT_CALL: (2,) * 4}
    limits = Capacity(SHANGHAI, few, rooms, 10**8, touches)
    day = plan_day(book, rules, limits)
    best = best_of_all_sequences(book, rules, limits)

    assert day.violations == ()
    assert best.value == pytest.approx(best.bound, rel=1e-3)
    assert best.value <= day.plan.bound_cents + 1
    assert 0.93 * best.value <= day.plan.value_cents <= best.bound + 1
    assert day.plan.gap < 0.12


def best_of_all_sequences(book, rules, limits):
    """The exact choice among every lawful sequence of every person, written out: calls at most two
    and half an hour from the end of one slot to the next, and a slot for each touch."""
    opener = Opener(book, rules, limits)
    value, use_option, use_row, use_amount, first = [], [], [], [], [0]
    channels = tuple(limits.attempts)
    for opened in chunks(book, opener):
        by_person = {}
        for row, account in enumerate(opened.accounts):
            by_person.setdefault(account.party_id, []).extend(_options(opened, row, opener.scripts))
        for options in by_person.values():
            for length in range(1, limits.touches_per_party + 1):
                for sequence in itertools.permutations(options, length):
                    if not _lawful(sequence):
                        continue
                    worth, share, uses = 0.0, 1.0, []
                    for channel, slot, chance, cents in sequence:
                        row = channels.index(channel) * len(limits.slots) + slot
                        uses.append((row, int(np.ceil(share * 1e6))))
                        worth += share * cents
                        share *= 1 - chance
                    for row, amount in sorted(uses):
                        use_option.append(len(value))
                        use_row.append(row)
                        use_amount.append(amount)
                    value.append(int(worth))
            first.append(len(value))
    problem = ChoiceProblem(
        first=np.array(first),
        value=np.array(value),
        use_option=np.array(use_option),
        use_row=np.array(use_row),
        use_amount=np.array(use_amount),
        capacity=np.array([10**6 * n for room in limits.attempts.values() for n in room]),
        exactly_one=np.zeros(len(first) - 1, np.bool_),
    )
    return solve_choice(problem, gap=1e-3, effort=20.0)


def _options(opened, row, scripts):
    """(channel, slot, chance, cents) of the best script in every open slot that pays."""
    value = opened.value
    for c, (channel, openings) in enumerate(zip(WAYS, opened.openings[row], strict=True)):
        fit = [
            s
            for s, script in enumerate(scripts)
            if script.channel is channel and opened.script_allowed[row, s]
        ]
        for slot in np.flatnonzero(openings.slots).tolist():
            chance = float(value.contact[row, c, slot])
            cents = [chance * value.net_cents[row, s] - value.spend_cents[c] for s in fit]
            if cents and max(cents) > 0:
                yield channel, slot, chance, max(cents)


def _lawful(sequence):
    for (a, before, *_), (b, after, *_) in itertools.combinations(sequence, 2):
        if after - before < (2 if a in VOICE and b in VOICE else 1):
            return False
    return sum(channel in VOICE for channel, *_ in sequence) <= 2


def test_several_touches_are_planned_anew_and_without_floors():
    rules = FixedRules((), SCRIPTS)
    first = plan_day(one_person(), rules, capacity(1)).plan
    before = Before(first.assignments, first.prices)
    with pytest.raises(InputError, match="planned anew"):
        plan_day(one_person(), rules, capacity(2), before=before)
    with pytest.raises(InputError, match="one touch"):
        plan_day(one_person(), rules, capacity(2, floors=(Floor("calls", at_least=1),)))


def test_a_day_has_at_most_three_touches_of_a_person():
    with pytest.raises(ValueError, match="1 to 3"):
        capacity(4)


def test_the_same_book_gives_the_same_touches_again():
    book = sample_book(120, 5, datetime(2026, 3, 9, 12, tzinfo=UTC))
    rules = FixedRules((cap(2, VOICE),), SCRIPTS)
    turned = replace(book, accounts=dict(reversed(book.accounts.items())))

    assert plan_day(book, rules, capacity()).plan == plan_day(turned, rules, capacity()).plan
