"""The log: one line a call, in JSON or text. No line names a person or an account.

Of calls that are refused, only one a second for each client and reason: whoever sends too much
must not fill the disk. Metrics count all of them.

Errors are told by their kind and place, never in their own words: those may name a person.
"""

import json
import logging
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from time import monotonic
from types import TracebackType
from typing import Any, TextIO

from strategy.service.access import METHODS, short
from strategy.service.call import Call

SLOW_S = 1.0
"""Calls that took longer are warnings, unless they are bulk and may."""

REFUSALS_EVERY_S = 1.0
_log = logging.getLogger("call")


class CallLog:
    """Tells of the calls of one server."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._refused: dict[tuple[str, str], float] = {}

    def ended(self, call: Call, status: str, seconds: float) -> None:
        """Method, status, seconds, client and decision; for a call that was refused, from where."""
        allowed = METHODS.get(call.method)
        if status == "OK" and allowed is not None and not allowed.roles:
            return  # health: several times a minute, and never news
        client, refused = call.client.name if call.client else "", bool(call.peer)
        if refused and self._told_just_now(client, call.why):
            return
        slow = seconds > SLOW_S and not (allowed and allowed.bulk)
        told: dict[str, Any] = {
            "method": short(call.method),
            "status": status,
            "seconds": round(seconds, 6),
            "client": client,
            "decision": call.decision_id,
            "why": call.why,
            "peer": call.peer,
            "slow": slow,
        }
        level = logging.WARNING if slow or refused else logging.INFO
        _log.log(level, "call", extra={"told": {k: v for k, v in told.items() if v}})

    def _told_just_now(self, client: str, why: str) -> bool:
        now, last = self._now(), self._refused.get((client, why), float("-inf"))
        if now - last < REFUSALS_EVERY_S:
            return True
        self._refused[client, why] = now
        return False


def log_to(stream: TextIO, form: str) -> None:
    """From now on the log goes there: `json` all of it, `text` what somebody should read."""
    sink, json_ = logging.StreamHandler(stream), form == "json"
    sink.setFormatter(JsonLines() if json_ else TextLines())
    level = logging.INFO if json_ else logging.WARNING
    logging.basicConfig(handlers=[sink], level=level, force=True)


class TextLines(logging.Formatter):
    """`2026-03-10 02:00:00,000 INFO call: method=… status=…`"""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = getattr(record, "told", {})
        if told:
            record.msg = " ".join(f"{key}={value}" for key, value in told.items())
        return super().format(record)

    def formatException(self, ei: Any) -> str:
        return _places(ei)


class JsonLines(logging.Formatter):
    """One JSON object a line; `at` is a UTC instant."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= getattr(record, "told", {})
        if record.exc_info:
            line["error"] = _places(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def _places(
    error: tuple[type[BaseException] | None, BaseException | None, TracebackType | None] | Any,
) -> str:
    kind, _, places = error
    return "".join(traceback.format_tb(places)) + (kind.__name__ if kind else "")
