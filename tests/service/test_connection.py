"""How our own programs reach a server."""

import pytest

from strategy.cli.connection import Connection
from strategy.errors import InputError


@pytest.fixture
def token(tmp_path):
    file = tmp_path / "token"
    file.write_text("cst_secret\n")
    file.chmod(0o600)
    return file


@pytest.mark.parametrize("address", ["10.0.0.5:50051", "strategy.example:50051", "[2001:db8::1]:1"])
def test_a_token_is_never_sent_in_plain_text_to_another_machine(token, address):
    with pytest.raises(InputError, match="--ca"):
        Connection(address, token_file=token).open()


@pytest.mark.parametrize("address", ["127.0.0.1:50051", "localhost:50051", "[::1]:50051"])
def test_to_this_machine_it_may_be(token, address):
    Connection(address, token_file=token).open().close()


def test_files_that_cannot_be_used_are_named_with_the_fix(tmp_path, token):
    for files, said in (
        ({"client_cert": token}, "needs --ca"),
        ({"ca": token, "client_cert": token}, "go together"),
        ({"ca": tmp_path / "nowhere"}, "nowhere"),
        ({"token_file": tmp_path / "nowhere"}, "nowhere"),
    ):
        with pytest.raises(InputError) as error:
            Connection("127.0.0.1:1", **files).open()
        assert said in str(error.value)


def test_a_token_file_that_others_can_read_or_that_holds_more_is_refused(token):
    token.chmod(0o644)
    with pytest.raises(InputError, match="chmod o-rwx"):
        Connection("127.0.0.1:1", token_file=token).open()
    token.chmod(0o600)
    token.write_text("one two")
    with pytest.raises(InputError, match="one token and nothing else"):
        Connection("127.0.0.1:1", token_file=token).open()
