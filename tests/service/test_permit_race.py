"""Many dialers ask for one person at once, over real channels."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from running import ON_BOTH
from wire_messages import ROBOT, SMS, a_dial, a_past_attempt, a_person, an_outcome, stamp

from strategy.api.v1 import decision_pb2_grpc, portfolio_pb2

pytestmark = ON_BOTH


def test_thirty_two_callers_get_one_permit_for_one_person(served):
    served.people(1)
    with ThreadPoolExecutor(32) as pool:
        answers = list(
            pool.map(lambda n: served.decisions.RequestPermit(a_dial(f"r{n}")), range(32))
        )

    granted = [a for a in answers if a.HasField("permit")]
    assert len(granted) == 1
    refused = [a for a in answers if not a.HasField("permit")]
    assert all("open_permit" in [r.code for r in a.reasons] for a in refused)


def test_thirty_two_callers_never_exceed_a_cap(served):
    # HOUSE-FREQ-03: one text a day and three in seven days. Two of the three are used. Each
    # caller reports at once, so an open permit stands in nobody's way and only the cap does.
    served.portfolio.ImportAccounts(iter([a_person(1)]))
    past = [
        a_past_attempt(attempt_id=f"t{d}", channel=SMS, at=stamp(served.now - timedelta(days=d)))
        for d in (2, 3)
    ]
    served.portfolio.ImportAttempts(iter([portfolio_pb2.ImportAttemptsRequest(attempts=past)]))

    def text(number):
        stub = decision_pb2_grpc.DecisionServiceStub(served.channel)
        asked = a_dial(f"r{number}", channel=SMS, script="sms-reminder")
        answer = stub.RequestPermit(asked)
        if answer.HasField("permit"):
            stub.ReportOutcomes(an_outcome(answer.permit.permit_id))
        return answer

    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(text, range(64)))

    assert sum(a.HasField("permit") for a in answers) == 1
    last = text("later")
    assert {r.rule_id for r in last.reasons} == {"HOUSE-FREQ-03"}


def test_robots_and_agents_share_the_cap_of_four_dials(served):
    served.people(1)
    granted = 0
    for hour in range(6):
        served.now = served.now.replace(hour=1 + 2 * hour)  # 09:00 to 19:00; at 13:00 it is lunch
        asked = (
            a_dial(f"r{hour}", channel=ROBOT, script="robot-gentle")
            if hour % 2
            else a_dial(f"r{hour}")
        )
        answer = served.decisions.RequestPermit(asked)
        if answer.HasField("permit"):
            granted += 1
            served.decisions.ReportOutcomes(an_outcome(answer.permit.permit_id))
    assert granted == 4
