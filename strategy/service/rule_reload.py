"""Reading the rule folders again while the server runs."""

import logging
from collections.abc import Sequence
from pathlib import Path

from strategy.errors import StrategyError
from strategy.publish import RulebookShelf
from strategy.rule_files import read_rule_files

_log = logging.getLogger(__name__)


class RuleReload:
    """Puts the rules of these folders in force; what cannot be published changes nothing."""

    def __init__(self, dirs: Sequence[Path], shelf: RulebookShelf) -> None:
        self._dirs, self._shelf = dirs, shelf
        self._refusal = ""

    def run(self) -> None:
        self._refusal = self._replace()
        if self._refusal:
            _log.error("the rules were not reloaded, the previous stay: %s", self._refusal)
        else:
            _log.warning("rules %s are in force", self._shelf.current.hash[:12])

    def last_refusal(self) -> str:
        """Why the latest reload was refused; empty when it succeeded."""
        return self._refusal

    def _replace(self) -> str:
        try:
            files = read_rule_files(self._dirs)
        except StrategyError as unreadable:
            return str(unreadable)
        self._shelf.replace(files)
        return str(self._shelf.last_refusal or "")
