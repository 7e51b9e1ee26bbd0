"""Real certificates for tests, made with the `openssl` command."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

NAMES = "subjectAltName=DNS:localhost,IP:127.0.0.1"


@dataclass(frozen=True)
class Authority:
    """A certificate authority of its own, in a folder."""

    folder: Path

    @property
    def certificate(self) -> Path:
        return self.folder / "ca.pem"

    def issue(self, name: str, days: int = 30, usage: str = "") -> tuple[Path, Path]:
        """Certificate and key for `name`, good for localhost and 127.0.0.1. Negative: expired.

        `usage`: the only thing it is good for, as openssl writes it.
        """
        key, request, made = (self.folder / f"{name}.{end}" for end in ("key", "csr", "pem"))
        names = self.folder / f"{name}.names"
        names.write_text(NAMES + (f"\nextendedKeyUsage={usage}" if usage else ""))
        _openssl("req", "-new", *_KEY, "-keyout", key, "-out", request, "-subj", f"/CN={name}")
        with_ca = ("-CA", self.certificate, "-CAkey", self.folder / "ca.key", "-CAcreateserial")
        dates = ("-days", days)
        _openssl("x509", "-req", "-in", request, *with_ca, "-extfile", names, *dates, "-out", made)
        key.chmod(0o600)
        return made, key

    def openssl(self, *words: object) -> str:
        return _openssl(*words)


_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


def authority(folder: Path, name: str = "test CA") -> Authority:
    if shutil.which("openssl") is None:
        pytest.skip("the openssl command is not installed")
    folder.mkdir()
    ends = ("-keyout", folder / "ca.key", "-out", folder / "ca.pem", "-subj", f"/CN={name}")
    _openssl("req", "-x509", *_KEY, *ends, "-days", "30")
    return Authority(folder)


def _openssl(*words: object) -> str:
    ran = subprocess.run(["openssl", *map(str, words)], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout
