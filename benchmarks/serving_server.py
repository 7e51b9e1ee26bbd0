"""The server as it is, and a bare echo beside it; started by `serving.py` only.

    python benchmarks/serving_server.py LEDGER

Prints both addresses, then for each line of its input how many commits there were; stops when its
input ends. The echo is a gRPC server of its own in the same process, with as many threads and
nothing around its methods: they take and give the messages of RequestPermit and DecideStream.
"""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import grpc
from serving_ledger import NOW, ZONE

from server import clock_from
from strategy.api.v1 import decision_pb2 as pb
from strategy.api.v1 import types_pb2
from strategy.ledger.sqlite import SqliteLedger
from strategy.publication import Publication, files_at_start
from strategy.publish import RulebookShelf
from strategy.rule_files import read_rule_files
from strategy.service.backend import Backend
from strategy.service.grpc_server import StrategyServer
from strategy.service.words import stamp
from strategy.shadow import Shadow

HOME = Path(__file__).resolve().parents[1]
RULES = (HOME / "rules" / "cn", HOME / "rules" / "house")
ECHO, ECHO_STREAM = "/benchmark.Echo/RequestPermit", "/benchmark.Echo/DecideStream"
THREADS = 16


def main() -> None:
    ledger = SqliteLedger.open(sys.argv[1])
    clock = clock_from(NOW)
    shelf = RulebookShelf(files_at_start(ledger, read_rule_files(RULES)))
    backend = Backend(ledger, shelf, clock, ZONE)
    shadow = Shadow(ledger, shelf, clock, one_in=1000)
    server = StrategyServer(backend, Publication(ledger, shelf, RULES, clock), shadow, THREADS)
    commits, told = 0, ledger.watch

    def watch(writes: int, seconds: float) -> None:
        nonlocal commits
        commits += 1
        told(writes, seconds)

    ledger.watch = watch
    echo, echo_address = _echo_server()
    print(server.start("127.0.0.1:0"), echo_address, flush=True)
    for _ in sys.stdin:
        print(commits, flush=True)
    echo.stop(0).wait()
    server.stop(5.0)
    shadow.close()
    ledger.close()


def _echo_server() -> tuple[grpc.Server, str]:
    handlers = {
        "RequestPermit": grpc.unary_unary_rpc_method_handler(
            _echo, pb.RequestPermitRequest.FromString, pb.RequestPermitResponse.SerializeToString
        ),
        "DecideStream": grpc.stream_stream_rpc_method_handler(
            _echo_stream, pb.DecideBatchRequest.FromString, pb.DecideBatchResponse.SerializeToString
        ),
    }
    echo = grpc.server(ThreadPoolExecutor(THREADS))
    echo.add_registered_method_handlers("benchmark.Echo", handlers)
    address = f"127.0.0.1:{echo.add_insecure_port('127.0.0.1:0')}"
    echo.start()
    return echo, address


def _echo_stream(
    batches: Iterator[pb.DecideBatchRequest], _: grpc.ServicerContext
) -> Iterator[pb.DecideBatchResponse]:
    for batch in batches:
        results = [pb.DecideItemResult(permit=_echo(item.permit, _)) for item in batch.items]
        yield pb.DecideBatchResponse(results=results)


def _echo(request: pb.RequestPermitRequest, _: grpc.ServicerContext) -> pb.RequestPermitResponse:
    """An answer as long as a permit."""
    return pb.RequestPermitResponse(
        decision_id="d-0123456789abcdef01234567",
        permit=types_pb2.Permit(
            permit_id="p-0123456789abcdef01234567",
            account_id=request.account_id,
            party_id=request.account_id,
            contact_point_id=request.contact_point_id,
            channel=request.channel,
            script=request.script,
            granted_at=stamp(NOW),
            expires_at=stamp(NOW + timedelta(minutes=1)),
            purpose="collection",
        ),
    )


if __name__ == "__main__":
    main()
