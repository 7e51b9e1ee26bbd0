"""TLS with real certificates: what is refused, who gets in, and renewal while serving."""

import re
import shutil
import socket
import ssl
import subprocess
from pathlib import Path

import grpc
import pytest
from certificates import authority
from running import ROOT, serving
from wire_messages import a_dial, error_of

from strategy.api.v1 import rulebook_pb2
from strategy.api.v1.decision_pb2_grpc import DecisionServiceStub
from strategy.errors import InputError
from strategy.service.transport import Certificates
from strategy.tls_files import TlsPaths, read_tls
from strategy.token_file import Role

RULES = rulebook_pb2.GetRulebookRequest()


@pytest.fixture(scope="module")
def ca(tmp_path_factory):
    return authority(tmp_path_factory.mktemp("tls") / "ca")


@pytest.fixture(scope="module")
def server(ca):
    return ca.issue("server")


@pytest.fixture(scope="module")
def other_ca(tmp_path_factory):
    return authority(tmp_path_factory.mktemp("tls") / "other", "another CA")


def shown_to(address, ca):
    """The name in the certificate that a new connection is shown."""
    context = ssl.create_default_context(cafile=str(ca.certificate))
    context.set_alpn_protocols(["h2"])
    host, _, port = address.rpartition(":")
    with (
        socket.create_connection((host, int(port)), timeout=5) as plain,
        context.wrap_socket(plain, server_hostname=host) as tls,
    ):
        ((_, name),), *_ = tls.getpeercert()["subject"]
    return name


def test_good_files_are_read_with_the_day_they_expire(ca, server):
    files = read_tls(TlsPaths(*server, ca.certificate))

    assert files.certificate == server[0].read_bytes()
    expires = ssl.cert_time_to_seconds  # the same day by another way: openssl's own words
    ran = ca.openssl("x509", "-in", server[0], "-noout", "-enddate")
    assert files.ends.timestamp() == expires(ran.strip().removeprefix("notAfter="))


@pytest.mark.parametrize(
    ("spoil", "named", "said"),
    [
        (lambda f: f["cert"].unlink(), "cert", "No such file"),
        (lambda f: f["cert"].write_bytes(b"\x30\x82"), "cert", "is not PEM"),
        (lambda f: f["cert"].write_bytes(f["expired"]), "cert", "expired; renew it"),
        (lambda f: f["cert"].write_bytes(f["client"]), "cert", "cannot be used"),
        (lambda f: f["key"].write_bytes(f["other_key"]), "key", "does not belong to"),
        (lambda f: f["key"].write_bytes(f["locked_key"]), "key", "unencrypted"),
        (lambda f: f["key"].chmod(0o644), "key", "chmod o-rwx"),
        (lambda f: f["ca"].write_text("-----BEGIN X-----"), "ca", "no certificate"),
        (lambda f: f["ca"].write_bytes(f["other"]), "ca", "no authority"),
    ],
)
def test_files_that_cannot_be_used_are_named_with_the_fix(tmp_path, ca, server, spoil, named, said):
    old, old_key = ca.issue("old", days=-1)
    other, other_key = ca.issue("other")
    client, client_key = ca.issue("client", usage="clientAuth")
    locked = tmp_path / "locked.key"
    ca.openssl("ec", "-in", server[1], "-aes256", "-passout", "pass:secret", "-out", locked)
    files = {
        "expired": old.read_bytes(),
        "other_key": other_key.read_bytes(),
        "other": other.read_bytes(),
        "client": client.read_bytes(),
        "locked_key": locked.read_bytes(),
    }
    for name, source in (("cert", server[0]), ("key", server[1]), ("ca", ca.certificate)):
        files[name] = tmp_path / name
        files[name].write_bytes(source.read_bytes())
        files[name].chmod(0o600)
    if said == "expired; renew it":
        files["key"].write_bytes(old_key.read_bytes())
    if said == "cannot be used":
        files["key"].write_bytes(client_key.read_bytes())
    spoil(files)
    with pytest.raises(InputError) as error:
        read_tls(TlsPaths(files["cert"], files["key"], files["ca"]))

    assert str(error.value).startswith(f"`{files[named]}`")
    assert said in str(error.value)


def test_a_certificate_that_no_client_can_use_is_refused_and_no_crash(tmp_path, ca):
    key, certificate = tmp_path / "dsa.key", tmp_path / "dsa.pem"
    ca.openssl("dsaparam", "-genkey", "-out", key, "2048")
    ca.openssl("req", "-x509", "-new", "-key", key, "-subj", "/CN=old", "-out", certificate)
    key.chmod(0o600)

    with pytest.raises(InputError, match=r"dsa\.pem.*cannot be used"):
        read_tls(TlsPaths(certificate, key))


def test_a_client_that_trusts_the_authority_gets_in_and_others_do_not(
    tmp_path, shelf, tokens, ca, server, other_ca
):
    token = tokens.add("one", Role.AUDITOR)
    tls = Certificates(TlsPaths(*server))
    with serving(tmp_path, shelf, tokens.file, host="localhost", certificates=tls) as served:
        with served.seen_by(token, ca=ca.certificate) as they:
            assert they.rulebook.GetRulebook(RULES).hash
        with served.seen_by(token, ca=other_ca.certificate) as stranger:
            error = error_of(stranger.rulebook.GetRulebook, RULES, timeout=5)
            assert error.code() is grpc.StatusCode.UNAVAILABLE
        plain = error_of(served.rulebook.GetRulebook, RULES, timeout=5)
        assert plain.code() is grpc.StatusCode.UNAVAILABLE


def test_with_client_authorities_a_client_needs_a_certificate_of_theirs(
    tmp_path, shelf, ca, server, other_ca
):
    tls = Certificates(TlsPaths(*server, ca.certificate))
    good, bad = ca.issue("dialer"), other_ca.issue("dialer")
    with serving(tmp_path, shelf, host="localhost", certificates=tls) as served:
        mine = {"client_cert": good[0], "client_key": good[1]}
        with served.seen_by(ca=ca.certificate, **mine) as they:
            assert they.rulebook.GetRulebook(RULES).hash
        for files in ({}, {"client_cert": bad[0], "client_key": bad[1]}):
            with served.seen_by(ca=ca.certificate, **files) as they:
                error = error_of(they.rulebook.GetRulebook, RULES, timeout=5)
                assert error.code() is grpc.StatusCode.UNAVAILABLE


def test_certificates_are_renewed_while_calls_go_on(tmp_path, shelf, ca):
    paths = TlsPaths(tmp_path / "cert", tmp_path / "key")

    def put(name):
        for source, target in zip(ca.issue(name), (paths.certificate, paths.key), strict=True):
            target.write_bytes(source.read_bytes())
            target.chmod(0o600)

    put("first")
    tls = Certificates(paths)
    with (
        serving(tmp_path, shelf, host="localhost", certificates=tls) as served,
        served.seen_by(ca=ca.certificate) as before,
    ):
        before.rulebook.GetRulebook(RULES)
        assert shown_to(served.address, ca) == "first"
        for name in ("second", "third"):
            put(name)
            served.server._edge.reload()
            assert [shown_to(served.address, ca) for _ in range(3)] == [name] * 3
        paths.key.write_bytes(ca.issue("fourth")[1].read_bytes())  # not of this certificate
        served.server._edge.reload()
        assert shown_to(served.address, ca) == "third"
        assert before.rulebook.GetRulebook(RULES).hash


@pytest.mark.skipif(shutil.which("openssl") is None, reason="the openssl command is not installed")
def test_the_commands_of_the_page_make_a_certificate_and_its_python_gets_in(
    tmp_path, shelf, tokens, monkeypatch
):
    page = (ROOT / "docs" / "securing-the-service.md").read_text(encoding="utf-8")
    (commands,) = re.findall(r"```sh\n(.*?)```", page, re.DOTALL)
    commands = commands.replace("strategy.example", "localhost")
    subprocess.run(["sh", "-ec", commands], cwd=tmp_path, check=True, capture_output=True)
    tls = Certificates(TlsPaths(tmp_path / "server.pem", tmp_path / "server.key"))

    page = (ROOT / "docs" / "connecting-a-dialer.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```text\n(tls = .*?)```", page, re.DOTALL)
    tokens.add("one", Role.DIALER).rename(tmp_path / "token")
    monkeypatch.chdir(tmp_path)
    with serving(tmp_path, shelf, tokens.file, host="localhost", certificates=tls) as served:
        names = {"grpc": grpc, "Path": Path}
        exec(code.replace("strategy.example:50051", served.address), names)
        with names["channel"] as channel:
            stub = DecisionServiceStub(channel)
            error = error_of(stub.RequestPermit, a_dial("r1", "nobody"), timeout=10)

    assert error.code() is grpc.StatusCode.NOT_FOUND
