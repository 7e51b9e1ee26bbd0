"""All that can be said about a rule file, by code; a code of several messages has variants, as in
`bad-time.midnight`. `docs/errors` has a page for each code."""

from collections.abc import Mapping

from strategy.rules.messages.message import Message
from strategy.rules.messages.of_conditions import OF_CONDITIONS
from strategy.rules.messages.of_directives import OF_DIRECTIVES
from strategy.rules.messages.of_rulebooks import OF_RULEBOOKS
from strategy.rules.messages.of_rules import OF_RULES
from strategy.rules.messages.of_sentences import OF_SENTENCES
from strategy.rules.messages.of_tables import OF_TABLES
from strategy.rules.messages.of_tests import OF_TESTS
from strategy.rules.messages.of_values import OF_VALUES
from strategy.rules.messages.of_yaml import OF_YAML

MESSAGES: Mapping[str, Message] = {
    **OF_YAML,
    **OF_VALUES,
    **OF_RULES,
    **OF_CONDITIONS,
    **OF_DIRECTIVES,
    **OF_RULEBOOKS,
    **OF_SENTENCES,
    **OF_TABLES,
    **OF_TESTS,
}
