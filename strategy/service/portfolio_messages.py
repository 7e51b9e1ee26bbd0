"""Messages of the portfolio service, to domain and back."""

from datetime import timedelta

from google.protobuf.internal.containers import RepeatedCompositeFieldContainer

from strategy.accounts import AccountView
from strategy.api.v1 import portfolio_pb2 as pb
from strategy.domain.account import Account, Product
from strategy.domain.attempt import Attempt, Purpose
from strategy.domain.contact_point import ContactKind, ContactPoint, Owner
from strategy.domain.event import Event, EventKind
from strategy.domain.local_time import LocalWindow
from strategy.domain.party import Consent, Party, Wish
from strategy.erasure import MOST_DAYS, SHORTEST
from strategy.service.faults import quoted
from strategy.service.form import Form
from strategy.service.words import CHANNELS, OUTCOMES, channel_number, fact_text, stamp

MOST_PARTS = 100
"""Zones, contact points, consents or accounts of one person; more is a mistake of the export."""


def party_with_accounts(message: pb.ImportAccountsRequest) -> tuple[Party, tuple[Account, ...]]:
    with Form() as form:
        if not message.HasField("party"):
            form.fault("party", "is missing")
        _count(form, "accounts", len(message.accounts))
        party = _party(form.part("party"), message.party)
        accounts = tuple(
            _account(form.part(f"accounts[{place}]"), account, party.id)
            for place, account in enumerate(message.accounts)
        )
        _distinct(form, "accounts", "account_id", [a.id for a in accounts])
    return party, accounts


def _party(form: Form, message: pb.Party) -> Party:
    _count(form, "zones", len(message.zones))
    _count(form, "consents", len(message.consents))
    _count(form, "wishes", len(message.wishes))
    _count(form, "contact_points", len(message.contact_points))
    party_id = form.text("party_id", message.party_id)
    party = Party(
        id=party_id,
        jurisdiction=form.text("jurisdiction", message.jurisdiction, most=16),
        zones=tuple(form.zone(f"zones[{n}]", zone) for n, zone in enumerate(message.zones)),
        language=form.text("language", message.language, most=35),
        contact_points=_contact_points(form, message.contact_points, party_id),
        consents=tuple(
            _consent(form.part(f"consents[{n}]"), consent)
            for n, consent in enumerate(message.consents)
        ),
        history_from=form.optional_instant("history_from", message),
        wishes=tuple(
            _wish(form.part(f"wishes[{n}]"), wish) for n, wish in enumerate(message.wishes)
        ),
    )
    _distinct(form, "contact_points", "contact_point_id", [p.id for p in party.contact_points])
    return party


def _contact_points(
    form: Form, messages: RepeatedCompositeFieldContainer[pb.ContactPoint], party_id: str
) -> tuple[ContactPoint, ...]:
    return tuple(
        ContactPoint(
            id=(part := form.part(f"contact_points[{n}]")).text(
                "contact_point_id", message.contact_point_id
            ),
            party_id=party_id,
            kind=part.word("kind", message.kind, ContactKind),
            owner=part.word("owner", message.owner, Owner),
            address=part.text("address", message.address, most=512),
            valid=message.valid,
        )
        for n, message in enumerate(messages)
    )


def _consent(form: Form, message: pb.Consent) -> Consent:
    consent = Consent(
        channel=form.choice("channel", message.channel, CHANNELS),
        granted_at=form.instant("granted_at", message),
        until=form.optional_instant("until", message),
        any_hour=message.any_hour,
    )
    if consent.granted_at and consent.until and consent.until <= consent.granted_at:
        form.fault("until", "is not after `granted_at`")
    return consent


def _account(form: Form, message: pb.Account, party_id: str) -> Account:
    if len(message.currency) != 3 or not message.currency.isalpha():
        form.fault("currency", "is no ISO 4217 code; write it like `CNY`")
    return Account(
        id=form.text("account_id", message.account_id),
        party_id=party_id,
        product=form.word("product", message.product, Product),
        currency=message.currency,
        balance_cents=form.cents("balance_cents", message.balance_cents),
        overdue_cents=form.cents("overdue_cents", message.overdue_cents),
        due_date=form.day("due_date", message.due_date),
        attributes=_attributes(form, message),
        liable=_liable(form, message, party_id),
    )


def _liable(form: Form, message: pb.Account, party_id: str) -> tuple[str, ...]:
    _count(form, "liable_party_ids", len(message.liable_party_ids))
    liable = [
        form.text(f"liable_party_ids[{n}]", one) for n, one in enumerate(message.liable_party_ids)
    ]
    for n, one in enumerate(liable):
        if one == party_id or one in liable[:n]:
            form.fault(f"liable_party_ids[{n}]", f"{quoted(one)} owes it already")
    return tuple(liable)


def _attributes(form: Form, message: pb.Account) -> dict[str, int | bool | str]:
    _count(form, "attributes", len(message.attributes))
    form = form.part("attributes")
    found: dict[str, int | bool | str] = {}
    for name, value in sorted(message.attributes.items()):
        held = value.WhichOneof("value")
        if held is None:
            form.fault(name, "has no value")
        elif held == "word":
            found[name] = form.text(name, value.word)
        else:
            found[name] = getattr(value, held)
    return found


def _wish(form: Form, message: pb.Wish) -> Wish:
    return Wish(
        channels=frozenset(
            form.choice(f"channels[{n}]", number, CHANNELS)
            for n, number in enumerate(message.channels)
        ),
        windows=tuple(
            hours
            for n, window in enumerate(message.windows)
            if (hours := _hours(form.part(f"windows[{n}]"), window)) is not None
        ),
        kinds=frozenset(
            form.word(f"kinds[{n}]", kind, ContactKind) for n, kind in enumerate(message.kinds)
        ),
        until=form.optional_instant("until", message),
    )


def _hours(form: Form, message: pb.LocalHours) -> LocalWindow | None:
    try:
        return LocalWindow(message.start_minute, message.end_minute)
    except ValueError as error:
        form.fault("start_minute", str(error))
        return None


def past_attempt(message: pb.PastAttempt) -> Attempt:
    with Form() as form:
        return Attempt(
            id=form.text("attempt_id", message.attempt_id),
            party_id=form.text("party_id", message.party_id),
            account_id=form.text("account_id", message.account_id),
            contact_point_id=form.text("contact_point_id", message.contact_point_id),
            channel=form.choice("channel", message.channel, CHANNELS),
            at=form.instant("at", message),
            outcome=form.choice("outcome", message.outcome, OUTCOMES),
            purpose=form.optional_word("purpose", message.purpose, Purpose, Purpose.COLLECTION),
            agency=form.optional_text("agency", message.agency) or "",
        )


def recorded_event(message: pb.RecordEventRequest) -> Event:
    with Form() as form:
        if not message.HasField("event"):
            form.fault("event", "is missing")
        return _event(form.part("event"), message.event)


def _event(form: Form, message: pb.Event) -> Event:
    event = Event(
        id=form.text("event_id", message.event_id),
        party_id=form.text("party_id", message.party_id),
        kind=form.word("kind", message.kind, EventKind),
        at=form.instant("at", message),
        account_id=form.optional_text("account_id", message.account_id),
        channel=form.optional_choice("channel", message.channel, CHANNELS),
        contact_point_id=form.optional_text("contact_point_id", message.contact_point_id),
        due=form.optional_day("due", message.due),
        amount_cents=form.cents("amount_cents", message.amount_cents) or None,
    )
    if event.kind is EventKind.QUARANTINE:
        form.fault("kind", "`quarantine` is set by the service alone; end it with quarantine_ended")
    if event.kind is EventKind.PROMISE and event.due is None and not message.due:
        form.fault("due", "is needed with `promise`")
    if event.kind is EventKind.WRONG_NUMBER and event.contact_point_id is None:
        form.fault("contact_point_id", "is needed with `wrong_number`")
    return event


def erased_party(message: pb.ErasePartyRequest) -> str:
    with Form() as form:
        return form.text("party_id", message.party_id)


def expired_age(message: pb.ExpireRecordsRequest) -> timedelta:
    days = message.older_than_days
    with Form() as form:
        if not SHORTEST.days <= days <= MOST_DAYS:
            form.fault("older_than_days", f"must be from {SHORTEST.days} to {MOST_DAYS}")
            days = 0
        return timedelta(days=days)


def account_id(message: pb.GetAccountRequest) -> str:
    with Form() as form:
        return form.text("account_id", message.account_id)


def account_response(view: AccountView) -> pb.GetAccountResponse:
    return pb.GetAccountResponse(
        account=account_message(view.account),
        party=party_message(view.party),
        facts={field: fact_text(value) for field, value in view.facts.items()},
    )


def account_message(account: Account) -> pb.Account:
    return pb.Account(
        account_id=account.id,
        product=account.product,
        currency=account.currency,
        balance_cents=account.balance_cents,
        overdue_cents=account.overdue_cents,
        due_date=account.due_date.isoformat(),
        attributes={name: _attribute(value) for name, value in account.attributes.items()},
        liable_party_ids=account.liable,
    )


def _attribute(value: int | bool | str) -> pb.AttributeValue:
    if isinstance(value, bool):
        return pb.AttributeValue(flag=value)
    if isinstance(value, int):
        return pb.AttributeValue(whole=value)
    return pb.AttributeValue(word=value)


def party_message(party: Party) -> pb.Party:
    return pb.Party(
        party_id=party.id,
        jurisdiction=party.jurisdiction,
        zones=party.zones,
        language=party.language,
        contact_points=[
            pb.ContactPoint(
                contact_point_id=p.id, kind=p.kind, owner=p.owner, address=p.address, valid=p.valid
            )
            for p in party.contact_points
        ],
        consents=[
            pb.Consent(
                channel=channel_number(c.channel),
                granted_at=stamp(c.granted_at),
                until=stamp(c.until),
                any_hour=c.any_hour,
            )
            for c in party.consents
        ],
        history_from=stamp(party.history_from),
        wishes=[
            pb.Wish(
                channels=sorted(channel_number(c) for c in wish.channels),
                windows=[
                    pb.LocalHours(start_minute=w.start, end_minute=w.end) for w in wish.windows
                ],
                kinds=sorted(wish.kinds),
                until=stamp(wish.until),
            )
            for wish in party.wishes
        ],
    )


def _count(form: Form, field: str, count: int) -> None:
    if count > MOST_PARTS:
        form.fault(field, f"has {count} items, at most {MOST_PARTS}")


def _distinct(form: Form, field: str, key: str, ids: list[str]) -> None:
    for place, one in enumerate(ids):
        if one and one in ids[:place]:
            form.fault(f"{field}[{place}].{key}", "is there twice")
