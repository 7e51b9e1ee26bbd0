"""What became of the items of an import."""

from strategy.api.v1 import portfolio_pb2 as pb
from strategy.service.faults import FieldFault

MOST_LISTED = 100
"""Faults listed in the response; all are counted."""


class ImportCount:
    """Accepted and rejected add up to the items read."""

    def __init__(self) -> None:
        self.accepted = 0
        self._rejected = 0
        self._faults: list[pb.ImportFault] = []

    def reject(self, index: int, faults: tuple[FieldFault, ...]) -> None:
        """One item of the stream's message `index`, for all these faults."""
        self._rejected += 1
        room = MOST_LISTED - len(self._faults)
        self._faults += [
            pb.ImportFault(index=index, field=f.field, message=f.what) for f in faults[:room]
        ]

    def response(self) -> pb.ImportResponse:
        return pb.ImportResponse(
            accepted=self.accepted, rejected=self._rejected, faults=self._faults
        )
