"""Every number of the valuation, with its source. `docs/valuation.md` lists them.

None of them was measured on a portfolio of this service: values made from them are simulated.
Grades: A1 primary, B vendor or industry arithmetic; `assumption` means the number is ours.
"""

from strategy.domain.account import Stage
from strategy.domain.channel import Channel
from strategy.domain.contact_point import ContactKind

ANSWERED = 0.19
"""First calls answered by anybody. Pew Research Center 2020 (A1): adults who answer unknown
numbers; a Chinese bank reports 0.124 to 0.172 (C)."""

RIGHT_PARTY = 0.70
"""Answered calls that reach the debtor. Assumption."""

PICKUP_BY_HOUR = ((8.0, 0.25), (11.0, 0.41), (18.0, 0.30), (22.0, 0.25))
"""Pick-up ratio by local hour at 8, 11 and 18, US business numbers (B, Upcall 2017), straight
lines between; the last point is an assumption. Only its shape is used."""

DECAY_PER_CALL = 0.82
"""Success of a call relative to the call before. Computed from UCI bank marketing (A1)."""

DECAY_DAYS = 7
"""Calls of so many days count for the decay. Assumption."""

KIND_REACH: dict[ContactKind, float] = {ContactKind.HOME: 0.7, ContactKind.WORK: 0.5}
"""Reach of a number relative to a mobile. Assumption."""

MESSAGE_READ: dict[Channel, float] = {
    Channel.SMS: 0.60,
    Channel.PUSH: 0.35,
    Channel.EMAIL: 0.20,
    Channel.LETTER: 0.50,
    Channel.VISIT: 0.40,
}
"""Messages that reach and are read by the person, or visits that meet them. Assumption."""

MESSAGE_OFF_PEAK = 0.9
"""Reading relative to 10:00-12:00 and 18:00-20:00 local time. Assumption."""

CURE_UPLIFT: dict[Channel, float] = {
    Channel.AGENT_CALL: 0.080,
    Channel.ROBOT_CALL: 0.040,
    Channel.SMS: 0.012,
    Channel.PUSH: 0.008,
    Channel.EMAIL: 0.008,
    Channel.LETTER: 0.015,
    Channel.VISIT: 0.100,
}
"""P(cure | reached) - P(cure | left alone) in the early stage. Assumption; the order of size for
messages follows Cadena and Schoar 2011 (A1): reminders raise payment on time by 7 to 9 percent of
its level."""

STAGE_UPLIFT: dict[Stage, float] = {Stage.EARLY: 1.0, Stage.MID: 0.6, Stage.LATE: 0.25}
"""Uplift relative to the early stage. Assumption; cures fall from 25 percent a month at 31-60 days
to 4 percent at 91-120 (roll rates of the UCI credit card data, A1)."""

COST_CENTS: dict[Channel, int] = {
    Channel.AGENT_CALL: 150,
    Channel.ROBOT_CALL: 12,
    Channel.SMS: 5,
    Channel.PUSH: 1,
    Channel.EMAIL: 1,
    Channel.LETTER: 300,
    Channel.VISIT: 20_000,
}
"""Cost of one attempt in cents. Assumption."""

COMPLAINT_MICRO = 74
"""Complaints per million contacts: 0.074 per 1,000, ACA International 2015 (B), industry
arithmetic that mixes periods."""

COMPLAINT_BY_CHANNEL: dict[Channel, float] = {
    Channel.AGENT_CALL: 1.5,
    Channel.ROBOT_CALL: 2.0,
    Channel.SMS: 0.6,
    Channel.PUSH: 0.3,
    Channel.EMAIL: 0.3,
    Channel.LETTER: 0.5,
    Channel.VISIT: 10.0,
}
"""Complaint risk relative to the average contact. Assumption."""

COMPLAINT_BY_STAGE: dict[Stage, float] = {Stage.EARLY: 1.0, Stage.MID: 1.3, Stage.LATE: 1.8}
"""Assumption."""

COMPLAINT_PER_ATTEMPT = 0.25
"""Each attempt of the last seven days adds this share to the risk. Assumption."""

COMPLAINT_CENTS = 50_000
"""What one complaint costs, in cents: the price at which complaints enter the value of a contact,
beside their own budget. Assumption."""
