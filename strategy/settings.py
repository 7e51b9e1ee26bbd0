"""Flags and environment of the server, read once into one frozen value."""

import argparse
import ipaddress
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Never
from urllib.parse import urlsplit

from strategy.domain.local_time import is_aware, zone
from strategy.errors import InputError, StrategyError
from strategy.signing import read_key
from strategy.tls_files import TlsPaths

_FLAGS = {
    "rules": "folder of rule files; give it once for each folder (STRATEGY_RULES, split at `:`)",
    "ledger": "where the ledger is: `sqlite:PATH`, or `postgresql://USER@HOST/DATABASE` for several"
    " servers (STRATEGY_LEDGER, which keeps a password out of the list of processes)",
    "listen": "HOST:PORT; port 0 picks a free one (STRATEGY_LISTEN; default 127.0.0.1:50051)",
    "zone": "the lender's time zone (STRATEGY_ZONE; default Asia/Shanghai)",
    "threads": "calls served at once, 1 to 256 (STRATEGY_THREADS; default 16)",
    "grace": "seconds that running calls get when stopped, 0 to 600 (STRATEGY_GRACE; default 10)",
    "publish_key": "file with the key of previews that may be published (`strategy rules key`); "
    "without it only the folders change the rules (STRATEGY_PUBLISH_KEY)",
    "metrics": "HOST:PORT for Prometheus, without a login: keep it inside; off where it is not "
    "given (STRATEGY_METRICS)",
    "shadow": "check one decision in this many again with durable_rules; 0: none "
    "(STRATEGY_SHADOW; default 1000)",
    "tls_cert": "PEM file of the server's certificate chain; without it the server speaks plain "
    "text (STRATEGY_TLS_CERT)",
    "tls_key": "PEM file of its key, not encrypted, not readable by everybody (STRATEGY_TLS_KEY)",
    "tls_client_ca": "PEM file of the authorities whose client certificates are accepted; with it "
    "every client needs one (STRATEGY_TLS_CLIENT_CA)",
    "plaintext": "on: plain text also beyond this machine, where something in front of the server "
    "does TLS (STRATEGY_PLAINTEXT; default off)",
    "tokens": "file of `strategy tokens new`: who may call, and what; without it only this machine "
    "may call, and everything (STRATEGY_TOKENS)",
    "rate": "calls a second for each name in the tokens file, 1 to 1000000 (STRATEGY_RATE; "
    "default 500)",
    "silence": "seconds a stream may send or read nothing, 1 to 3600 (STRATEGY_SILENCE; "
    "default 30)",
    "message_kib": "KiB of the largest message, 16 to 65536 (STRATEGY_MESSAGE_KIB; default 256)",
    "bulk_message_kib": "the same in imports, rule files and previews, whose messages hold many "
    "things (STRATEGY_BULK_MESSAGE_KIB; default 4096)",
    "connections": "connections open at once, 10 to 100000 (STRATEGY_CONNECTIONS; default 1000)",
    "reflection": "on or off: whether the server describes its methods (STRATEGY_REFLECTION; "
    "default on)",
    "traces": "URL of an OpenTelemetry collector, OTLP over gRPC, such as http://127.0.0.1:4317; "
    "off where it is not given (STRATEGY_TRACES)",
    "trace_share": "share of the calls to trace whose caller has no trace of its own, 0 to 1 "
    "(STRATEGY_TRACE_SHARE; default 0.001)",
    "log": "text: warnings and errors; json: these and every call, one object a line "
    "(STRATEGY_LOG; default text)",
    "clock_start": "REHEARSAL ONLY: the server's clock starts at this instant "
    "(STRATEGY_CLOCK_START; like 2026-03-02T09:00:00+08:00)",
}
_DEFAULTS = {
    "listen": "127.0.0.1:50051",
    "zone": "Asia/Shanghai",
    "threads": "16",
    "grace": "10",
    "shadow": "1000",
    "plaintext": "off",
    "rate": "500",
    "silence": "30",
    "message_kib": "256",
    "bulk_message_kib": "4096",
    "connections": "1000",
    "reflection": "on",
    "log": "text",
    "trace_share": "0.001",
}
_LEDGERS = ("sqlite:", "postgresql://")


class BadSettings(StrategyError):
    """The server cannot start with these settings. Carries every problem."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How to serve. `grace_s` seconds; `clock_start` a UTC instant, None for the real clock.

    `shadow` is N of "one decision in N", 0 for none; `metrics` (host, port); `rate` calls a second;
    sizes of messages in bytes; `traces` a URL, empty for none. `tls` None: plain text; `tokens`
    None: only this machine may call.
    """

    rules: tuple[Path, ...]
    ledger: str
    listen: str
    zone: str
    threads: int
    grace_s: float
    publish_key: bytes | None
    metrics: tuple[str, int] | None
    shadow: int
    tls: TlsPaths | None
    tokens: Path | None
    rate: int
    silence_s: float
    message_bytes: int
    bulk_message_bytes: int
    connections: int
    reflection: bool
    traces: str
    trace_share: float
    log: str
    clock_start: datetime | None


def read_settings(argv: Sequence[str], environment: Mapping[str, str]) -> Settings:
    """Flags win over the environment. Raises `BadSettings` with every problem at once."""
    flags = vars(_parser().parse_args(argv))
    reader = _Reader(
        {
            name: flags[name] or environment.get(f"STRATEGY_{name.upper()}") or _DEFAULTS.get(name)
            for name in _FLAGS
        }
    )
    settings = reader.settings()
    if reader.problems:
        raise BadSettings("\n".join(reader.problems))
    return settings


class _Reader:
    def __init__(self, found: Mapping[str, str | list[str] | None]) -> None:
        self._found = found
        self.problems: list[str] = []

    def settings(self) -> Settings:
        return Settings(
            rules=self._rules(),
            ledger=self._ledger(),
            listen=self._listen(),
            zone=self._zone(),
            threads=int(self._number("threads", 1, 256, whole=True)),
            grace_s=self._number("grace", 0, 600),
            publish_key=self._publish_key(),
            metrics=self._address("metrics") if self._text("metrics") else None,
            shadow=int(self._number("shadow", 0, 10**9, whole=True)),
            tls=self._tls(),
            tokens=self._path("tokens"),
            rate=int(self._number("rate", 1, 10**6, whole=True)),
            silence_s=self._number("silence", 1, 3600),
            message_bytes=1024 * int(self._number("message_kib", 16, 65536, whole=True)),
            bulk_message_bytes=1024 * int(self._number("bulk_message_kib", 16, 65536, whole=True)),
            connections=int(self._number("connections", 10, 10**5, whole=True)),
            reflection=self._choice("reflection", ("on", "off")) == "on",
            traces=self._collector(),
            trace_share=self._number("trace_share", 0, 1),
            log=self._choice("log", ("json", "text")),
            clock_start=self._clock_start(),
        )

    def _rules(self) -> tuple[Path, ...]:
        found = self._found["rules"]
        folders = found.split(os.pathsep) if isinstance(found, str) else found or []
        if not folders:
            self._problem("rules", "is missing; name a folder of rule files such as `rules/cn`")
        return tuple(map(Path, folders))

    def _ledger(self) -> str:
        place = self._text("ledger")
        if not place.startswith(_LEDGERS) or place in _LEDGERS:
            self._problem(
                "ledger",
                "must be `sqlite:PATH`, such as `sqlite:ledger.db`, or"
                " `postgresql://USER@HOST/DATABASE`",
            )
        return place

    def _listen(self) -> str:
        host, _ = self._address("listen")
        if host and not is_this_machine(host):
            if not self._text("tls_cert") and self._choice("plaintext", ("on", "off")) == "off":
                what = f"`{host}` is not this machine alone, and plain text can be read on the way;"
                self._problem("listen", f"{what} give --tls-cert and --tls-key, or --plaintext on")
            if not self._text("tokens"):
                what = f"`{host}` is not this machine alone, and anybody could call; give --tokens,"
                self._problem("listen", f"{what} a file that `strategy tokens new` makes")
        return self._text("listen")

    def _address(self, name: str) -> tuple[str, int]:
        address = self._text(name)
        host, _, port = address.rpartition(":")
        if not host or not port.isdecimal() or int(port) > 65535:
            self._problem(name, f"`{address}` must be HOST:PORT, such as `127.0.0.1:50051`")
            return "", 0
        return host, int(port)

    def _collector(self) -> str:
        url = self._text("traces")
        if url and not (url.startswith(("http://", "https://")) and urlsplit(url).hostname):
            self._problem("traces", f"`{url}` must be a URL, such as `http://127.0.0.1:4317`")
        return url

    def _publish_key(self) -> bytes | None:
        file = self._text("publish_key")
        if not file:
            return None
        try:
            return read_key(Path(file))
        except InputError as error:
            self._problem("publish_key", str(error))
            return None

    def _tls(self) -> TlsPaths | None:
        certificate, key = self._path("tls_cert"), self._path("tls_key")
        client_ca = self._path("tls_client_ca")
        if certificate and key:
            return TlsPaths(certificate, key, client_ca)
        if certificate or key:
            missing = "tls_key" if certificate else "tls_cert"
            self._problem(missing, "is missing; a certificate and its key go together")
        elif client_ca:
            self._problem("tls_client_ca", "needs --tls-cert and --tls-key")
        return None

    def _path(self, name: str) -> Path | None:
        return Path(self._text(name)) if self._text(name) else None

    def _choice(self, name: str, words: tuple[str, ...]) -> str:
        word = self._text(name)
        if word not in words:
            self._problem(name, f"`{word}` must be {' or '.join(words)}")
        return word

    def _zone(self) -> str:
        name = self._text("zone")
        try:
            zone(name)
        except ValueError as error:
            self._problem("zone", f"{error}; write one like `Asia/Shanghai`")
        return name

    def _number(self, name: str, least: int, most: int, *, whole: bool = False) -> float:
        text = self._text(name)
        try:
            number = int(text) if whole else float(text)
        except ValueError:
            number = least - 1
        if not least <= number <= most:
            kind = "whole number" if whole else "number"
            self._problem(name, f"`{text}` must be a {kind} from {least} to {most}")
        return number

    def _clock_start(self) -> datetime | None:
        text = self._text("clock_start")
        if not text:
            return None
        try:
            instant = datetime.fromisoformat(text)
        except ValueError:
            instant = None
        if instant is None or not is_aware(instant):
            hint = "must be an instant with its zone, such as `2026-03-02T09:00:00+08:00`"
            self._problem("clock_start", f"`{text}` {hint}")
            return None
        return instant.astimezone(UTC)

    def _text(self, name: str) -> str:
        return str(self._found[name] or "")

    def _problem(self, name: str, what: str) -> None:
        self.problems.append(f"--{name.replace('_', '-')}: {what}")


def is_this_machine(host: str) -> bool:
    """Whether nobody else can reach it. Names are looked up later, so none but one is trusted."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> Never:
        raise BadSettings(message)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="server.py", description="Serves decisions on collections contacts.")
    for name, what in _FLAGS.items():
        action = "append" if name == "rules" else "store"
        parser.add_argument(f"--{name.replace('_', '-')}", action=action, help=what)
    return parser
