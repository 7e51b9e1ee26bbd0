"""The rules in force, and how others come into force."""

from collections.abc import Iterator

import grpc

from strategy.api.v1 import rulebook_pb2 as pb
from strategy.api.v1 import rulebook_pb2_grpc
from strategy.publication import Publication
from strategy.rule_forms import PARSERS
from strategy.rules.diagnostic import Diagnostic, RuleError
from strategy.rules.draft import compile_rules
from strategy.service import rulebook_messages as messages
from strategy.service.backend import Backend
from strategy.service.clients import CALLER
from strategy.service.form import Form

MOST_BYTES = 256 * 1024 * 1024
"""Of a preview file. One of a million accounts that all change has about 150 MB."""

MOST_CHANGES = 1000


class RulebookService(rulebook_pb2_grpc.RulebookServiceServicer):
    """strategy.api.v1.RulebookService."""

    def __init__(self, backend: Backend, publication: Publication) -> None:
        self._backend, self._publication = backend, publication

    def GetRulebook(self, _: pb.GetRulebookRequest, __: grpc.ServicerContext) -> pb.Rulebook:
        (change,) = self._publication.changes(1)
        rulebook, refusal = self._backend.shelf.current, self._publication.last_refusal
        return messages.rulebook_message(rulebook, refusal, change)

    def CheckRules(
        self, message: pb.CheckRulesRequest, _: grpc.ServicerContext
    ) -> pb.CheckRulesResponse:
        found: tuple[Diagnostic, ...] = ()
        try:
            compile_rules(messages.rule_files(message), PARSERS)
        except RuleError as error:
            found = error.diagnostics
        return pb.CheckRulesResponse(diagnostics=map(messages.diagnostic_message, found))

    def PublishRulebook(
        self, parts: Iterator[pb.PublishRulebookRequest], _: grpc.ServicerContext
    ) -> pb.RulebookChange:
        by, preview = "", bytearray()
        for part in parts:
            by = by or part.by
            preview += part.preview
            if len(preview) > MOST_BYTES:
                break
        with Form() as form:
            by = _known(form, by, otherwise=CALLER.get().name)
            if len(preview) > MOST_BYTES:
                form.fault("preview", f"has more than {MOST_BYTES} bytes")
        return messages.change_message(self._publication.publish(bytes(preview), by))

    def RollbackRulebook(
        self, message: pb.RollbackRulebookRequest, _: grpc.ServicerContext
    ) -> pb.RulebookChange:
        with Form() as form:
            request = (
                form.text("from_hash", message.from_hash),
                form.text("to_hash", message.to_hash),
                _known(form, message.by),
                form.text("signature", message.signature),
            )
        return messages.change_message(self._publication.roll_back(*request))

    def ListRulebookChanges(
        self, _: pb.ListRulebookChangesRequest, __: grpc.ServicerContext
    ) -> pb.ListRulebookChangesResponse:
        changes = self._publication.changes(MOST_CHANGES)
        return pb.ListRulebookChangesResponse(changes=map(messages.change_message, changes))


def _known(form: Form, by: str, otherwise: str = "") -> str:
    """Who does it: the name of the caller's token, and nobody else's, where there is one."""
    by = form.text("by", by or otherwise)
    name = CALLER.get().name
    if name and by and by != name:
        form.fault("by", f"must be `{name}`, the name of your token")
    return by
