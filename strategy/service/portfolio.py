"""Accounts, people, their past, and what happens to them."""

from collections.abc import Iterator
from typing import TypeVar

import grpc

from strategy import accounts, erasure
from strategy.api.v1 import portfolio_pb2 as pb
from strategy.api.v1 import portfolio_pb2_grpc
from strategy.domain.attempt import Attempt
from strategy.service import portfolio_messages as messages
from strategy.service.backend import Backend
from strategy.service.faults import BadMessage, FieldFault
from strategy.service.import_count import ImportCount
from strategy.service.tenant import own_event

T = TypeVar("T")

AT_ONCE = 500
"""Items in one transaction of an import. What is stored stays stored if the caller goes."""


class PortfolioService(portfolio_pb2_grpc.PortfolioServiceServicer):
    """strategy.api.v1.PortfolioService."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def ImportAccounts(
        self, stream: Iterator[pb.ImportAccountsRequest], _: grpc.ServicerContext
    ) -> pb.ImportResponse:
        count = ImportCount()
        for batch in _batches(enumerate(stream)):
            readable = []
            for index, message in batch:
                try:
                    readable.append(messages.party_with_accounts(message))
                except BadMessage as bad:
                    count.reject(index, bad.faults)
            accounts.import_parties(self._backend.ledger, readable)
            count.accepted += len(readable)
        return count.response()

    def ImportAttempts(
        self, stream: Iterator[pb.ImportAttemptsRequest], _: grpc.ServicerContext
    ) -> pb.ImportResponse:
        count = ImportCount()
        for batch in _batches(_attempts(stream)):
            readable: list[tuple[int, str, Attempt]] = []
            for index, path, message in batch:
                try:
                    readable.append((index, path, messages.past_attempt(message)))
                except BadMessage as bad:
                    faults = (FieldFault(f"{path}.{f.field}", f.what) for f in bad.faults)
                    count.reject(index, tuple(faults))
            why = accounts.import_attempts(self._backend.ledger, [a for _, _, a in readable])
            for (index, path, __), refused in zip(readable, why, strict=True):
                if refused is None:
                    count.accepted += 1
                else:
                    count.reject(index, (FieldFault(path, refused),))
        return count.response()

    def GetAccount(
        self, message: pb.GetAccountRequest, _: grpc.ServicerContext
    ) -> pb.GetAccountResponse:
        b = self._backend
        account_id = messages.account_id(message)
        return messages.account_response(
            accounts.account_view(b.ledger, account_id, b.clock(), b.zone)
        )

    def RecordEvent(
        self, message: pb.RecordEventRequest, _: grpc.ServicerContext
    ) -> pb.RecordEventResponse:
        event = own_event(messages.recorded_event(message))
        recorded = accounts.record_event(self._backend.ledger, event, self._backend.clock())
        return pb.RecordEventResponse(recorded=recorded)

    def EraseParty(
        self, message: pb.ErasePartyRequest, _: grpc.ServicerContext
    ) -> pb.ErasePartyResponse:
        b = self._backend
        done = erasure.erase_party(b.ledger, messages.erased_party(message), b.clock())
        return pb.ErasePartyResponse(
            pseudonym=done.pseudonym,
            attempts_kept=done.attempts_kept,
            records_removed=done.records_removed,
            complete=done.complete,
        )

    def ExpireRecords(
        self, message: pb.ExpireRecordsRequest, _: grpc.ServicerContext
    ) -> pb.ExpireRecordsResponse:
        b = self._backend
        done = erasure.expire(b.ledger, messages.expired_age(message), b.clock())
        return pb.ExpireRecordsResponse(
            attempts_removed=done.attempts, records_removed=done.records
        )


def _attempts(
    stream: Iterator[pb.ImportAttemptsRequest],
) -> Iterator[tuple[int, str, pb.PastAttempt]]:
    for index, message in enumerate(stream):
        for place, attempt in enumerate(message.attempts):
            yield index, f"attempts[{place}]", attempt


def _batches(items: Iterator[T]) -> Iterator[list[T]]:
    batch: list[T] = []
    for item in items:
        batch.append(item)
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch
