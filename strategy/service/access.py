"""Which role may call which method: the one table, shown in docs/securing-the-service.md."""

from collections.abc import Mapping
from dataclasses import dataclass

from strategy.token_file import Role

D, S, O, A = Role.DIALER, Role.STRATEGIST, Role.OPERATOR, Role.AUDITOR  # noqa: E741


@dataclass(frozen=True, slots=True)
class Method:
    """`roles`: who may call it; empty: anybody, without a token.

    `agencies`: also callers bound to an agency, for what is theirs. `bulk`: its messages may be
    large, or it lasts long; it holds one of the few places for such calls.
    """

    roles: frozenset[Role]
    agencies: bool = False
    bulk: bool = False


def _for(*roles: Role, agencies: bool = False, bulk: bool = False) -> Method:
    return Method(frozenset(roles), agencies, bulk)


_API = "/strategy.api.v1."
METHODS: Mapping[str, Method] = {
    f"{_API}DecisionService/Decide": _for(D, agencies=True),
    f"{_API}DecisionService/RequestPermit": _for(D, agencies=True),
    f"{_API}DecisionService/DecideBatch": _for(D, agencies=True, bulk=True),
    f"{_API}DecisionService/DecideStream": _for(D, agencies=True, bulk=True),
    f"{_API}DecisionService/ConfirmPermit": _for(D, agencies=True),
    f"{_API}DecisionService/ReleasePermit": _for(D, agencies=True),
    f"{_API}DecisionService/ReportOutcomes": _for(D, agencies=True),
    f"{_API}DecisionService/ExplainDecision": _for(D, S, O, A, agencies=True),
    f"{_API}PlanService/CreatePlan": _for(S, O),
    f"{_API}PlanService/GetPlan": _for(D, S, O, A),
    f"{_API}PlanService/WatchPlan": _for(S, O, bulk=True),
    f"{_API}PlanService/StopPlan": _for(S, O),
    f"{_API}PlanService/ComparePlans": _for(S, O, A, bulk=True),
    f"{_API}PlanService/ListWork": _for(D, S, O, bulk=True),
    f"{_API}PlanService/WatchChanges": _for(D, S, O, A, bulk=True),
    f"{_API}PortfolioService/ImportAccounts": _for(O, bulk=True),
    f"{_API}PortfolioService/ImportAttempts": _for(O, bulk=True),
    f"{_API}PortfolioService/GetAccount": _for(O, A),
    f"{_API}PortfolioService/EraseParty": _for(O),
    f"{_API}PortfolioService/ExpireRecords": _for(O),
    f"{_API}PortfolioService/RecordEvent": _for(D, O, agencies=True),
    f"{_API}ReliefService/RequestRelief": _for(D, O, agencies=True),
    f"{_API}RulebookService/GetRulebook": _for(D, S, O, A),
    f"{_API}RulebookService/CheckRules": _for(S, bulk=True),
    f"{_API}RulebookService/PublishRulebook": _for(S, bulk=True),
    f"{_API}RulebookService/RollbackRulebook": _for(S),
    f"{_API}RulebookService/ListRulebookChanges": _for(S, O, A),
    "/grpc.health.v1.Health/Check": _for(),
    "/grpc.health.v1.Health/List": _for(),
    "/grpc.health.v1.Health/Watch": _for(),
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo": _for(D, S, O, A, bulk=True),
}


def short(method: str) -> str:
    """`DecisionService/Decide` for a method of ours; as it is for others."""
    return method.removeprefix(_API)
