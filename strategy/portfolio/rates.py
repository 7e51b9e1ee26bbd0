"""Every rate of the sample generator, with its source. `docs/sample-portfolio.md` lists them.

Grades: A1 primary, A2 good secondary, B vendor telemetry or survey, C weak; `assumption` means
that no published figure was found and the number is ours. A sample made from these is simulated.
"""

from dataclasses import dataclass

_UCI_CARDS = "month-to-month transitions of UCI default of credit card clients (Yeh, Lien 2009)"
_UCI_CARD_ROWS = "overdue rows of UCI default of credit card clients (Yeh, Lien 2009)"
_UCI_CARDS_LIMIT = "UCI default of credit card clients (Yeh, Lien 2009)"
_NONE = "none published"


@dataclass(frozen=True, slots=True)
class Rate:
    """One number or a row of them, what it says, where it comes from, and how good that is."""

    values: tuple[float, ...]
    says: str
    source: str = _NONE
    grade: str = "assumption"

    @property
    def value(self) -> float:
        (value,) = self.values
        return value


def _one(value: float, says: str, source: str = _NONE, grade: str = "assumption") -> Rate:
    return Rate((value,), says, source, grade)


# People
PARTIES_PER_ACCOUNT = _one(0.9, "parties for each account; the rest are further accounts")
THIRD_ACCOUNT = _one(0.2, "further accounts that go to a party who has one more already")
CANDIDATE_ZONES_TWO = _one(0.01, "parties who may be in either of two time zones")
ZONE_UNKNOWN = _one(0.005, "parties of unknown time zone: nobody may contact them")
LANGUAGE_OTHER = _one(0.01, "parties who speak English instead of Chinese")
HISTORY_UNKNOWN = _one(0.01, "parties whose past contacts nobody can list")

# Contact points and consent
HAS_MOBILE = _one(0.98, "parties with a mobile number")
HAS_HOME = _one(0.15, "parties with a home number")
HAS_WORK = _one(0.20, "parties with a work number")
HAS_APP = _one(0.70, "parties with the lender's app")
HAS_EMAIL = _one(0.40, "parties with an e-mail address")
HAS_ADDRESS = _one(0.95, "parties with a postal address")
HAS_CONTACT_PERSON = _one(0.05, "parties whose file names a contact person with a number")
HAS_GUARANTOR = _one(0.02, "parties whose debt has a guarantor with a number")
OWNER_UNKNOWN = _one(0.01, "home and work numbers whose owner nobody knows")
POINT_INVALID = _one(0.03, "contact points known to be dead")
CONSENT_ROBOT_CALL = _one(0.60, "parties who agreed to robot calls")
CONSENT_SMS = _one(0.85, "parties who agreed to text messages")
CONSENT_PUSH = _one(0.60, "app users who agreed to push messages")
CONSENT_EMAIL = _one(0.50, "parties with e-mail who agreed to it")
CONSENT_EXPIRES = _one(0.50, "consents given for two years; the others until withdrawn")
OPT_OUT = _one(0.02, "parties who opted out of a channel in the last 30 days")

# Debts
NEW_TO_SECOND_MONTH = _one(
    0.20, "accounts 1-30 days late that reach 31-60", "Prove glossary, 2010s", "C"
)
ROLL_FROM_2 = Rate(
    (0.103, 0.58, 0.063, 0.0, 0.0, 0.0),
    "from 31-60 days late to 1..6 months late (rest pays)",
    _UCI_CARDS,
    "A1",
)
ROLL_FROM_3 = Rate(
    (0.098, 0.327, 0.159, 0.257, 0.0, 0.0), "same, from 61-90 days late", _UCI_CARDS, "A1"
)
ROLL_FROM_4 = Rate(
    (0.085, 0.225, 0.077, 0.281, 0.289, 0.0), "same, from 91-120 days late", _UCI_CARDS, "A1"
)
ROLL_FROM_5 = Rate(
    (0.063, 0.162, 0.063, 0.099, 0.108, 0.45), "same, from 121-150 days late", _UCI_CARDS, "A1"
)
ROLL_FROM_6 = Rate(
    (0.014, 0.228, 0.011, 0.007, 0.011, 0.722), "same, from 151-180 days late", _UCI_CARDS, "A1"
)
BALANCE_LOG_MEAN = _one(
    10.26,
    "mean of the logarithm of the balance in NT$, accounts 2+ months late",
    _UCI_CARD_ROWS,
    "A1",
)
BALANCE_LOG_SD = _one(1.59, "standard deviation of the same", _UCI_CARD_ROWS, "A1")
BALANCE_MOST = _one(
    1_000_000, "highest balance in NT$: the highest limit granted", _UCI_CARDS_LIMIT, "A1"
)
YUAN_PER_NTD = _one(0.25, "yuan for one NT$ when the balances are scaled")
OVERDUE_PER_MONTH = _one(0.10, "share of the balance overdue per month late, at most all of it")
PRODUCTS = Rate((0.5, 0.3, 0.2), "credit card, consumer loan, cash loan")

# Past contacts
ATTEMPTS_30_DAYS = _one(
    8.0,
    "attempts to an account in 30 days, were none cut short",
    "none for China; US card issuers made 1.25-2.99 a day (CFPB 2021), which our caps forbid",
)
CHANNELS = Rate((0.35, 0.30, 0.22, 0.08, 0.05), "agent call, robot call, text, push, e-mail")
ANSWERED_FIRST = _one(
    0.19,
    "first calls answered; a Chinese bank reports 0.124-0.172 (grade C)",
    "Pew Research Center 2020: adults who answer unknown numbers",
    "A1",
)
ANSWER_DECAY = _one(
    0.82,
    "answer rate of a call relative to the call before",
    "computed from UCI bank marketing (Moro et al. 2014), attempts 1-10; success, not answer",
    "A1",
)
UNANSWERED = Rate((0.72, 0.12, 0.06, 0.10), "no answer, busy, not in service, voicemail")
ANSWERED_BY = Rate((0.70, 0.12, 0.18), "right party, wrong party, dropped")
SAID = Rate(
    (0.452, 0.25, 0.22, 0.025, 0.003, 0.05),
    "right party: only talked, promised, refused, disputed, complained, asked for help",
)
MESSAGE_DELIVERED = _one(0.95, "messages delivered")
WRONG_NUMBER_RECORDED = _one(0.5, "wrong-party answers after which the number is struck off")

# What customers did
PROMISE_KEPT = _one(0.55, "promises kept")
PROMISED_SHARE = _one(0.5, "share of the overdue amount that is promised")
CASE_CLOSED = _one(0.4, "disputes, complaints and hardship notes closed again")
AGREEMENT = _one(0.01, "accounts with a repayment agreement")
ATTORNEY = _one(0.003, "parties represented by a lawyer")
CEASE = _one(0.004, "parties who asked that all contact stop")
DECEASED = _one(0.002, "parties who died")

RATES: dict[str, Rate] = {name: rate for name, rate in globals().items() if isinstance(rate, Rate)}
"""Every rate by its name, in the order of this file."""
