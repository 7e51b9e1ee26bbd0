"""The server as it is, with a bare echo beside its services; started by `serving.py` only.

    python benchmarks/serving_server.py LEDGER

Prints its address, and stops when its input ends. The echo takes and gives the messages of
RequestPermit and does nothing.
"""

import sys
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
ECHO = "/benchmark.Echo/RequestPermit"
THREADS = 16


def main() -> None:
    ledger = SqliteLedger.open(sys.argv[1])
    clock = clock_from(NOW)
    shelf = RulebookShelf(files_at_start(ledger, read_rule_files(RULES)))
    backend = Backend(ledger, shelf, clock, ZONE)
    shadow = Shadow(ledger, shelf, clock, one_in=1000)
    server = StrategyServer(backend, Publication(ledger, shelf, RULES, clock), shadow, THREADS)
    _, service, method = ECHO.split("/")
    handler = grpc.unary_unary_rpc_method_handler(
        _echo, pb.RequestPermitRequest.FromString, pb.RequestPermitResponse.SerializeToString
    )
    handlers = grpc.method_handlers_generic_handler(service, {method: handler})
    server._server.add_generic_rpc_handlers((handlers,))
    print(server.start("127.0.0.1:0"), flush=True)
    sys.stdin.read()
    server.stop(5.0)
    shadow.close()
    ledger.close()


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
