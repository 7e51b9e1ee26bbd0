"""Messages as recorded in `wire/`: what was sent once must decode for ever.

To record a new message, add it here and run `python tests/service/record_wire.py`; a recording is
never changed.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

from google.protobuf import text_format
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from strategy.api.v1 import decision_pb2, plan_pb2, portfolio_pb2, relief_pb2, types_pb2

WIRE = Path(__file__).parent / "wire"
AT = Timestamp()
AT.FromDatetime(datetime(2026, 3, 10, 2, 0, tzinfo=UTC))
LATER = Timestamp()
LATER.FromDatetime(datetime(2026, 3, 11, 1, 0, tzinfo=UTC))

MESSAGES: dict[str, Message] = {
    "request_permit": decision_pb2.RequestPermitRequest(
        request_id="r-1",
        account_id="A1",
        contact_point_id="M1",
        channel=types_pb2.CHANNEL_AGENT_CALL,
        script="agent-solution",
    ),
    "request_permit_of_a_co_borrower": decision_pb2.RequestPermitRequest(
        request_id="r-2",
        account_id="A1",
        contact_point_id="M2",
        channel=types_pb2.CHANNEL_SMS,
        script="sms-reminder",
        purpose="legal_notice",
        agency="firm 7",
        party_id="P2",
    ),
    "account_of_two": portfolio_pb2.Account(
        account_id="A1",
        product="credit_card",
        currency="CNY",
        balance_cents=100,
        overdue_cents=50,
        due_date="2026-02-20",
        attributes={
            "credit_limit": portfolio_pb2.AttributeValue(whole=2_000_000),
            "vulnerable": portfolio_pb2.AttributeValue(flag=False),
            "collector": portfolio_pb2.AttributeValue(word="agency"),
        },
        liable_party_ids=["P2", "P3"],
    ),
    "decide_batch": decision_pb2.DecideBatchRequest(
        items=[
            decision_pb2.DecideItem(
                decide=decision_pb2.DecideRequest(
                    request_id="b-1", account_id="A1", channels=[types_pb2.CHANNEL_SMS]
                )
            ),
            decision_pb2.DecideItem(
                permit=decision_pb2.RequestPermitRequest(request_id="b-2", account_id="A2")
            ),
        ]
    ),
    "decide_batch_results": decision_pb2.DecideBatchResponse(
        results=[
            decision_pb2.DecideItemResult(
                decide=decision_pb2.DecideResponse(
                    decision_id="d-1", basis="prices", value_cents=856, price_cents=300
                )
            ),
            decision_pb2.DecideItemResult(
                error=decision_pb2.ItemError(
                    code=3,
                    message="items[1].permit.script: is missing",
                    violations=[
                        decision_pb2.FieldViolation(
                            field="items[1].permit.script", description="is missing"
                        )
                    ],
                )
            ),
        ]
    ),
    "change": plan_pb2.Change(number=7, at=AT, kind="plan_activated", subject="plan-1"),
    "resumed_work": plan_pb2.ListWorkRequest(
        channel=types_pb2.CHANNEL_SMS, resume_token="eyJxdWVzdGlvbiI6IngifQ=="
    ),
    "permit": decision_pb2.RequestPermitResponse(
        decision_id="d-1",
        permit=types_pb2.Permit(
            permit_id="p-1",
            account_id="A1",
            party_id="P1",
            contact_point_id="M1",
            channel=types_pb2.CHANNEL_ROBOT_CALL,
            script="robot-gentle",
            granted_at=AT,
            expires_at=LATER,
        ),
    ),
    "refusal": decision_pb2.RequestPermitResponse(
        decision_id="d-2",
        reasons=[
            types_pb2.Reason(
                code="contact_time_ban",
                message="no calls at night · 夜间不致电",
                rule_id="CN-TIME-01",
                source="rules/cn/contact-time.yaml:10",
                citation="GB/T 45251-2025",
                until=LATER,
                values={"zones": "Asia/Shanghai"},
            )
        ],
        next_at=LATER,
    ),
    "report_outcomes": decision_pb2.ReportOutcomesRequest(
        outcomes=[
            decision_pb2.AttemptOutcome(
                permit_id="p-1",
                outcome=types_pb2.OUTCOME_PROMISE_TO_PAY,
                at=AT,
                promise_due="2026-03-31",
                promise_cents=120_000,
            )
        ]
    ),
    "import_accounts": portfolio_pb2.ImportAccountsRequest(
        party=portfolio_pb2.Party(
            party_id="P1",
            jurisdiction="CN",
            zones=["Asia/Shanghai", "Asia/Urumqi"],
            language="zh",
            contact_points=[
                portfolio_pb2.ContactPoint(
                    contact_point_id="M1", kind="mobile", owner="debtor", address="t", valid=True
                )
            ],
            consents=[
                portfolio_pb2.Consent(
                    channel=types_pb2.CHANNEL_VISIT, granted_at=AT, until=LATER, any_hour=True
                )
            ],
            history_from=AT,
        ),
        accounts=[
            portfolio_pb2.Account(
                account_id="A1",
                product="cash_loan",
                currency="CNY",
                balance_cents=1_000_000,
                overdue_cents=200_000,
                due_date="2026-02-20",
            )
        ],
    ),
    "record_event": portfolio_pb2.RecordEventRequest(
        event=portfolio_pb2.Event(
            event_id="e-1",
            party_id="P1",
            kind="promise",
            at=AT,
            account_id="A1",
            channel=types_pb2.CHANNEL_SMS,
            contact_point_id="M1",
            due="2026-03-31",
            amount_cents=5000,
        )
    ),
    "plan": plan_pb2.Plan(
        plan_id="plan-1",
        state=plan_pb2.PLAN_STATE_ACTIVE,
        phase="done",
        accounts=10,
        attempts=8,
        value_cents=900,
        bound_cents=1000,
        gap=0.1,
        seconds=1.5,
        rulebook_hash="abc",
    ),
    "work_item": plan_pb2.WorkItem(
        plan_id="plan-1",
        account_id="A1",
        party_id="P1",
        contact_point_id="M1",
        channel=types_pb2.CHANNEL_SMS,
        script="sms-reminder",
        slot_start=AT,
        slot_end=LATER,
        value_cents=12,
    ),
    "relief": relief_pb2.RequestReliefResponse(
        decision_id="d-3",
        options=[
            relief_pb2.ReliefOption(
                kind="instalments",
                max_months=12,
                max_waiver_bp=5000,
                rule_id="HOUSE-RELIEF-01",
                source="rules/house/relief.yaml:9",
                citation="house policy",
            )
        ],
        human_review=False,
    ),
}


def recorded(name: str) -> tuple[bytes, str]:
    """The bytes that were sent, and the same message in words."""
    raw = bytes.fromhex((WIRE / f"{name}.hex").read_text())
    return raw, (WIRE / f"{name}.txtpb").read_text(encoding="utf-8")


if __name__ == "__main__":
    WIRE.mkdir(exist_ok=True)
    for name, message in MESSAGES.items():
        if not (WIRE / f"{name}.hex").exists():
            raw = message.SerializeToString(deterministic=True)
            (WIRE / f"{name}.hex").write_text(raw.hex() + "\n")
            words = text_format.MessageToString(message, as_utf8=True)
            (WIRE / f"{name}.txtpb").write_text(words, encoding="utf-8")
            sys.stdout.write(f"recorded {name}\n")
