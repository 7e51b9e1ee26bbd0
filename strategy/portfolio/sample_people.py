"""Simulated people: zones, language, contact points, consents. Also fills what an import lacks."""

from datetime import datetime, timedelta

from strategy.domain.channel import Channel
from strategy.domain.contact_point import SUITABLE, ContactKind, ContactPoint, Owner
from strategy.domain.party import Consent
from strategy.portfolio import rates
from strategy.portfolio.chance import Chance

_KINDS = (
    (ContactKind.MOBILE, rates.HAS_MOBILE),
    (ContactKind.HOME, rates.HAS_HOME),
    (ContactKind.WORK, rates.HAS_WORK),
    (ContactKind.APP, rates.HAS_APP),
    (ContactKind.EMAIL, rates.HAS_EMAIL),
    (ContactKind.ADDRESS, rates.HAS_ADDRESS),
)
_THIRD_PERSONS = (
    (Owner.CONTACT_PERSON, rates.HAS_CONTACT_PERSON),
    (Owner.GUARANTOR, rates.HAS_GUARANTOR),
)
_CONSENTS = (
    (Channel.ROBOT_CALL, rates.CONSENT_ROBOT_CALL),
    (Channel.SMS, rates.CONSENT_SMS),
    (Channel.PUSH, rates.CONSENT_PUSH),
    (Channel.EMAIL, rates.CONSENT_EMAIL),
)
_OLDEST_CONSENT_DAYS = 1000
_CONSENT_LASTS = timedelta(days=730)


def draw_zones(chance: Chance, home: str) -> tuple[str, ...]:
    """The lender's zone, seldom with a second candidate, seldom unknown (empty)."""
    if chance.happens(rates.ZONE_UNKNOWN):
        return ()
    if chance.happens(rates.CANDIDATE_ZONES_TWO):
        return (home, "Asia/Shanghai" if home == "Asia/Urumqi" else "Asia/Urumqi")
    return (home,)


def draw_language(chance: Chance) -> str:
    return "en" if chance.happens(rates.LANGUAGE_OTHER) else "zh"


def draw_contact_points(chance: Chance, party_id: str) -> tuple[ContactPoint, ...]:
    """Contact points with tokens for addresses: no simulated number can be a real person's."""
    points = [
        _point(chance, party_id, kind, _owner(chance, kind))
        for kind, has in _KINDS
        if chance.happens(has)
    ]
    points += [
        _point(chance, party_id, ContactKind.MOBILE, owner)
        for owner, has in _THIRD_PERSONS
        if chance.happens(has)
    ]
    return tuple(points)


def draw_consents(
    chance: Chance, points: tuple[ContactPoint, ...], as_of: datetime
) -> tuple[Consent, ...]:
    """Consents to the channels that the contact points can carry; some have run out."""
    kinds = {p.kind for p in points if p.owner is Owner.DEBTOR}
    consents = []
    for channel, share in _CONSENTS:
        if kinds & SUITABLE[channel] and chance.happens(share):
            granted = as_of - timedelta(days=chance.whole(31, _OLDEST_CONSENT_DAYS))
            until = granted + _CONSENT_LASTS if chance.happens(rates.CONSENT_EXPIRES) else None
            consents.append(Consent(channel, granted, until))
    return tuple(consents)


def _owner(chance: Chance, kind: ContactKind) -> Owner:
    shared = kind in {ContactKind.HOME, ContactKind.WORK}
    return Owner.UNKNOWN if shared and chance.happens(rates.OWNER_UNKNOWN) else Owner.DEBTOR


def _point(chance: Chance, party_id: str, kind: ContactKind, owner: Owner) -> ContactPoint:
    name = kind.value if owner in {Owner.DEBTOR, Owner.UNKNOWN} else owner.value
    valid = not chance.happens(rates.POINT_INVALID)
    return ContactPoint(
        f"{party_id}-{name}", party_id, kind, owner, f"token:{party_id}:{name}", valid
    )
