"""A dialer that asks for a campaign's next calls in one message, over a stream that stays open.

It dials what it may, and reports all that came of it in one message when it has.
"""

from itertools import islice
from queue import SimpleQueue
from typing import Any

import gevent
import grpc

from loadtest.clients.client import Client
from loadtest.clients.outcomes import report
from loadtest.clients.predictive_dialer import permit_request
from loadtest.journal import now
from strategy.api.v1 import decision_pb2 as pb
from strategy.api.v1.decision_pb2_grpc import DecisionServiceStub


class BatchDialer(Client):
    profile = "batch_dialer"

    def on_start(self) -> None:
        self._stream = _Stream()

    def on_stop(self) -> None:
        self._stream.close()

    def act(self, due: int) -> None:
        items = [
            pb.DecideItem(permit=permit_request(item))
            for item in islice(self.floor.items, self.part.batch)
        ]
        batch = pb.DecideBatchRequest(items=items)
        permits = self._permits_of(batch, due)
        if self.floor.chance.random() < self.part.repeat:
            self._permits_of(batch, due)
        if permits:
            self.after_talk(self.hang_up, permits)

    def hang_up(self, permits: list[str], due: int) -> None:
        report(self, permits, due)

    def _permits_of(self, batch: pb.DecideBatchRequest, due: int) -> list[str]:
        """The ids of the permits that were granted."""
        sent = now()

        def ask(channel: grpc.Channel, timeout: float) -> Any:
            return self._stream.ask(channel, batch, timeout)

        answer = self.calls.until_answered("DecideStream", ask, due, len(batch.items))
        permits = []
        for item, result in zip(batch.items, answer.results if answer else (), strict=False):
            self.told(item.permit.request_id, sent, result.permit)
            if result.permit.HasField("permit"):
                permits.append(result.permit.permit.permit_id)
        return permits


class _ItemFailed(grpc.RpcError):
    """Nothing was decided for an item. The batch is sent again where the code says that it may."""

    def __init__(self, number: int) -> None:
        self._number = number

    def code(self) -> grpc.StatusCode:
        return next(one for one in grpc.StatusCode if one.value[0] == self._number)


class _Stream:
    """One call of DecideStream while it lasts; opened again over the channel that is asked."""

    def __init__(self) -> None:
        self._batches: SimpleQueue[pb.DecideBatchRequest | None] = SimpleQueue()
        self._answers: Any = None

    def ask(self, channel: grpc.Channel, batch: pb.DecideBatchRequest, timeout: float) -> Any:
        """Raises `grpc.RpcError`, also for an item that failed."""
        if self._answers is None:
            self._batches = SimpleQueue()
            stream = iter(self._batches.get, None)
            self._answers = DecisionServiceStub(channel).DecideStream(stream)
        self._batches.put(batch)
        late = gevent.spawn_later(timeout, self._answers.cancel)
        try:
            answer = next(self._answers)
        except grpc.RpcError:
            self.close()
            raise
        finally:
            late.kill()
        for result in answer.results:
            if result.HasField("error"):
                raise _ItemFailed(result.error.code)
        return answer

    def close(self) -> None:
        self._batches.put(None)
        self._answers = None
