"""Certificate, key and client authorities of the server: read, and checked before they are used.

The check is a handshake in memory, so what passes it serves: PEM, key, dates and purpose at once.
"""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from strategy.errors import InputError


@dataclass(frozen=True, slots=True)
class TlsPaths:
    """PEM files. `client_ca` None: clients need no certificate."""

    certificate: Path
    key: Path
    client_ca: Path | None = None


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """Their bytes, checked; `ends` is the UTC instant at which the certificate expires."""

    certificate: bytes
    key: bytes
    client_ca: bytes | None
    ends: datetime


def read_tls(paths: TlsPaths) -> TlsFiles:
    """Raises `InputError` that names the file and the fix."""
    certificate, key = _read(paths.certificate), _read(paths.key)
    if paths.key.stat().st_mode & 0o007:
        fix = f"mend it: chmod o-rwx {paths.key}"
        raise InputError(f"`{paths.key}`", f"is a key that everybody can read; {fix}")
    client_ca = _read(paths.client_ca) if paths.client_ca else None
    if paths.client_ca:
        _authorities(paths.client_ca)
    return TlsFiles(certificate, key, client_ca, _shake_hands(paths, certificate.decode("latin-1")))


def _read(file: Path) -> bytes:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise InputError(f"`{file}`", f"cannot be read: {error.strerror}") from error
    if b"-----BEGIN " not in data:
        fix = "PEM text begins with `-----BEGIN`; convert DER with `openssl x509 -inform der`"
        raise InputError(f"`{file}`", f"is not PEM; {fix}")
    return data


def _authorities(file: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_verify_locations(file)
    except ssl.SSLError as error:
        raise InputError(f"`{file}`", "holds no certificate that can be read") from error
    if not context.get_ca_certs():
        raise InputError(f"`{file}`", "holds no authority; a client's own certificate is none")


def _shake_hands(paths: TlsPaths, certificate: str) -> datetime:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        server.load_cert_chain(paths.certificate, paths.key, password=lambda: "")
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            what = f"does not belong to the certificate `{paths.certificate}`; give its own key"
        else:
            what = f"and `{paths.certificate}` cannot be used ({error.reason or error}); "
            what += "give an unencrypted PEM key and its certificate chain, the server's first"
        raise InputError(f"`{paths.key}`", what) from error
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname = False  # what names callers use is theirs to check
    client.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    client.load_verify_locations(cadata=certificate)
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = client.wrap_bio(back, there)
    theirs = server.wrap_bio(there, back, server_side=True)
    try:
        while not all([_ready(ours), _ready(theirs)]):
            pass  # each side reads what the other has just said
    except ssl.SSLError as error:
        why = getattr(error, "verify_message", "") or error.reason or error
        what = f"cannot be used: {why}; renew it"
        raise InputError(f"`{paths.certificate}`", what) from error
    shown = ours.getpeercert()
    assert shown is not None, "the client's side asked for it"
    ends = ssl.cert_time_to_seconds(str(shown["notAfter"]))
    return datetime.fromtimestamp(ends, UTC)


def _ready(side: ssl.SSLObject) -> bool:
    """Whether this side is done; what it has to say lies in its buffer."""
    try:
        side.do_handshake()
    except ssl.SSLWantReadError:
        return False
    return True
