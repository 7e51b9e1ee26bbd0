"""The server that most tests call, and the rules it serves."""

import pytest
from running import RULES, Tokens, serving

from strategy.publish import RulebookShelf
from strategy.rule_files import read_rule_files


@pytest.fixture(scope="session")
def shelf():
    return RulebookShelf(read_rule_files(RULES))


@pytest.fixture
def served(tmp_path, shelf):
    with serving(tmp_path, shelf) as one:
        yield one


@pytest.fixture
def tokens(tmp_path):
    return Tokens(tmp_path)
