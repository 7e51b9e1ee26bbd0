"""The port: TLS with certificates that can be renewed while serving, and limits of connections."""

import logging
from threading import Lock

import grpc

from strategy.errors import InputError
from strategy.tls_files import TlsFiles, TlsPaths, read_tls

_log = logging.getLogger(__name__)

CALLS_A_CONNECTION = 1024
CONNECTION_AGE_MS = 30 * 60 * 1000
"""Then a client is asked to connect again, which loses no call; so new certificates reach all."""


def options(largest: int, connections: int) -> tuple[tuple[str, int], ...]:
    """`largest` message in bytes, both ways."""
    return (
        ("grpc.max_receive_message_length", largest),
        ("grpc.max_send_message_length", largest),
        ("grpc.max_metadata_size", 16 * 1024),
        ("grpc.max_concurrent_streams", CALLS_A_CONNECTION),
        ("grpc.max_allowed_incoming_connections", connections),
        ("grpc.max_connection_age_ms", CONNECTION_AGE_MS),
        ("grpc.max_connection_idle_ms", 10 * 60 * 1000),
        ("grpc.server_handshake_timeout_ms", 10_000),
        ("grpc.keepalive_time_ms", 60_000),
        ("grpc.keepalive_timeout_ms", 20_000),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.min_ping_interval_without_data_ms", 30_000),
        # Two servers on one port would each answer half of the calls, in silence.
        ("grpc.so_reuseport", 0),
    )


class Certificates:
    """The server's certificate. Raises `InputError` where the files cannot be used.

    gRPC asks before each handshake whether there is a newer one, so open connections keep what
    they have. Whether clients need a certificate is settled at the start; by which authorities,
    with each reload.
    """

    def __init__(self, paths: TlsPaths) -> None:
        self._paths, self._lock = paths, Lock()
        self._files = read_tls(paths)
        self._fresh: grpc.ServerCertificateConfiguration | None = None

    @property
    def files(self) -> TlsFiles:
        return self._files

    def reload(self) -> None:
        """Read the files again. Files that cannot be used change nothing."""
        try:
            files = read_tls(self._paths)
        except InputError as error:
            _log.error("the certificate was not changed, the one before stays: %s", error)
            return
        with self._lock:
            self._files, self._fresh = files, _configuration(files)
        _log.warning("a certificate that expires at %s is in force", files.ends)

    def credentials(self) -> grpc.ServerCredentials:
        return grpc.dynamic_ssl_server_credentials(
            _configuration(self._files),
            self._newer,  # type: ignore[arg-type]  # the stubs forget that None is allowed
            require_client_authentication=self._files.client_ca is not None,
        )

    def _newer(self) -> grpc.ServerCertificateConfiguration | None:
        """None: nothing new since it was asked last."""
        with self._lock:
            fresh, self._fresh = self._fresh, None
        return fresh


def _configuration(files: TlsFiles) -> grpc.ServerCertificateConfiguration:
    pair = (files.key, files.certificate)
    return grpc.ssl_server_certificate_configuration([pair], root_certificates=files.client_ca)
