"""The server that most tests call, and the rules it serves."""

import pytest
from running import RULES, Tokens, serving

from strategy.publish import RulebookShelf
from strategy.rule_files import read_rule_files


@pytest.fixture(scope="session")
def shelf():
    return RulebookShelf(read_rule_files(RULES))


@pytest.fixture
def served(request, tmp_path, shelf):
    """On SQLite; on both databases where a test or its module uses `place`."""
    both = "place" in request.fixturenames
    place = request.getfixturevalue("place") if both else None
    with serving(tmp_path, shelf, place=place) as one:
        yield one


@pytest.fixture
def tokens(tmp_path):
    return Tokens(tmp_path)
