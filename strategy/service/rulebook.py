"""The rules in force."""

from collections.abc import Callable

import grpc

from strategy.api.v1 import rulebook_pb2 as pb
from strategy.api.v1 import rulebook_pb2_grpc
from strategy.service.backend import Backend


class RulebookService(rulebook_pb2_grpc.RulebookServiceServicer):
    """strategy.api.v1.RulebookService. `last_refusal` says why the last reload was refused."""

    def __init__(self, backend: Backend, last_refusal: Callable[[], str]) -> None:
        self._backend = backend
        self._last_refusal = last_refusal

    def GetRulebook(self, _: pb.GetRulebookRequest, __: grpc.ServicerContext) -> pb.Rulebook:
        rulebook = self._backend.shelf.current
        return pb.Rulebook(
            hash=rulebook.hash,
            rules=[
                pb.Rule(
                    rule_id=rule.ref.id,
                    title=rule.ref.title,
                    source=rule.ref.source,
                    citation=rule.ref.citation,
                    force=rule.ref.force,
                )
                for rule in rulebook.rules
            ],
            scripts=[
                pb.Script(
                    script_id=script.id,
                    channel=script.channel,
                    title=script.title,
                    languages=sorted(script.languages),
                    persona=script.persona,
                )
                for script in rulebook.scripts.values()
            ],
            last_refusal=self._last_refusal(),
        )
