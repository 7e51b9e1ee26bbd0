"""Whether one directive makes another one needless, because it never allows more."""

from strategy.domain.contact_point import ContactKind, Owner
from strategy.domain.directive import (
    Cap,
    CapKey,
    CapWindow,
    CoolDown,
    Directive,
    Forbid,
    Hold,
    MinimumGap,
    Relief,
    RequireConsent,
)
from strategy.domain.outcome import Count

_BREADTH = {Count.TOUCHES: 0, Count.DIALS: 0, Count.CONNECTED: 1, Count.CONVERSATIONS: 2}
_LONGEST = {CapWindow.WEEK: 7, CapWindow.MONTH: 31}
_ALL_DAY = frozenset(range(1440))


def covers(strict: Directive, weak: Directive) -> bool:
    """True when whatever `weak` refuses, `strict` refuses too (for relief: when all that `weak`
    offers, `strict` offers). False where that is not known.
    """
    match strict, weak:
        case Relief(), Relief():
            return strict.kind is weak.kind and (
                strict.max_months >= weak.max_months and strict.max_waiver_bp >= weak.max_waiver_bp
            )
        case Forbid(), Forbid():
            return _reaches(strict, weak) and _ban(strict, weak)
        case Hold(), Hold():
            endless = not strict.until_promise_due and not strict.since
            same = (strict.until_promise_due, strict.since) == (weak.until_promise_due, weak.since)
            longer = strict.grace_days >= weak.grace_days and strict.days >= weak.days
            return _reaches(strict, weak) and (endless or (same and longer))
        case Cap(), Cap():
            return _reaches(strict, weak) and _cap(strict, weak)
        case MinimumGap(), MinimumGap():
            longer = strict.minutes >= weak.minutes and strict.days >= weak.days
            return _reaches(strict, weak) and longer
        case CoolDown(), CoolDown():
            return _reaches(strict, weak) and _rest(strict, weak)
        case RequireConsent(), RequireConsent():
            return strict.channels >= weak.channels
        case _:
            return False


_Bound = Forbid | Hold | Cap | MinimumGap | CoolDown


def _reaches(strict: _Bound, weak: _Bound) -> bool:
    return strict.channels >= weak.channels and strict.exempt <= weak.exempt


def _ban(strict: Forbid, weak: Forbid) -> bool:
    everywhere = _wider(strict.owners, weak.owners) and _wider(strict.kinds, weak.kinds)
    if not everywhere or strict.consent_lifts > weak.consent_lifts:
        return False
    if not strict.weekdays and strict.calendar is None:
        return _minutes(strict) >= _minutes(weak)
    chosen = bool(weak.weekdays) or weak.calendar is not None
    days = strict.weekdays >= weak.weekdays and weak.calendar in (None, strict.calendar)
    return chosen and days and _windows(strict, weak)


def _wider(
    strict: frozenset[Owner] | frozenset[ContactKind],
    weak: frozenset[Owner] | frozenset[ContactKind],
) -> bool:
    """Nothing named means everything."""
    return not strict or (bool(weak) and strict >= weak)


def _minutes(ban: Forbid) -> frozenset[int]:
    if not ban.windows:
        return _ALL_DAY
    return frozenset(m for m in _ALL_DAY for window in ban.windows if window.covers(m))


def _windows(strict: Forbid, weak: Forbid) -> bool:
    """On chosen days a window past midnight reaches into the next one: only the same will do."""
    if not strict.windows:
        return not any(window.start > window.end for window in weak.windows)
    return bool(weak.windows) and set(strict.windows) >= set(weak.windows)


def _cap(strict: Cap, weak: Cap) -> bool:
    counts = _BREADTH[strict.count] <= _BREADTH[weak.count] and strict.uncounted <= weak.uncounted
    everywhere = _wider(strict.kinds, weak.kinds) and strict.pooled >= weak.pooled
    if not (counts and _same_people(strict, weak) and everywhere):
        return False
    if strict.window is weak.window is CapWindow.HOURS:
        return strict.maximum * -(-weak.hours // strict.hours) <= weak.maximum
    if CapWindow.HOURS in (strict.window, weak.window):
        return False
    if strict.window is weak.window is not CapWindow.DAYS:
        return strict.maximum <= weak.maximum
    if strict.window is not CapWindow.DAYS:
        return False
    days = weak.days or _LONGEST[weak.window]
    return strict.maximum * -(-days // strict.days) <= weak.maximum


def _rest(strict: CoolDown, weak: CoolDown) -> bool:
    begins = strict.after >= weak.after and strict.after_events >= weak.after_events
    by = not strict.by or (bool(weak.by) and strict.by >= weak.by)
    # The rest of a week is seven days at most, and one at least.
    longer = strict.days >= (weak.days or 7) if strict.days else weak.days in (0, 1)
    return begins and by and longer and _same_people(strict, weak)


def _same_people(strict: Cap | CoolDown, weak: Cap | CoolDown) -> bool:
    """Others who owe an account are counted by nothing but a bound per account."""
    if strict.key is weak.key:
        return True
    if strict.key is CapKey.PARTY:
        return weak.key is not CapKey.ACCOUNT
    return strict.key is CapKey.ACCOUNT and weak.key is CapKey.PARTY_ACCOUNT
