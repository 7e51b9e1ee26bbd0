"""The rules of a running server change: from folders, from a signed preview, or back by hash.

A change is proven first, then durable in the ledger, and then in force. Whatever is refused leaves
the last good rulebook in force and says why.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from strategy.domain.change import ChangeKind
from strategy.domain.rulebook_change import How, RulebookChange
from strategy.errors import (
    InputError,
    LedgerUnavailable,
    NotFound,
    PublicationRefused,
    StrategyError,
)
from strategy.ledger.ledger import Ledger
from strategy.ledger.transaction import Transaction
from strategy.preview_artefact import verified
from strategy.publish import RulebookShelf
from strategy.rule_files import read_rule_files
from strategy.rules.rulebook import Rulebook
from strategy.rules.source import RuleFile
from strategy.signing import genuine, rollback_text

_log = logging.getLogger(__name__)
_KINDS = {
    How.FOLDERS: ChangeKind.RULEBOOK_LOADED,
    How.PUBLISHED: ChangeKind.RULEBOOK_PUBLISHED,
    How.ROLLED_BACK: ChangeKind.RULEBOOK_ROLLED_BACK,
}


def files_at_start(ledger: Ledger, folders: tuple[RuleFile, ...]) -> tuple[RuleFile, ...]:
    """What was published or rolled back to stays in force over a restart; else what the folders
    hold."""
    last = ledger.read(lambda tx: tx.rulebooks.last_change())
    if last is None or last.how is How.FOLDERS:
        return folders
    kept = ledger.read(lambda tx: tx.rulebooks.files(last.hash))
    assert kept is not None, "a change is written together with its files"
    _log.warning("rulebook %s, %s by %s, is in force", last.hash[:12], last.how, last.by)
    return kept


class Publication:
    """Changes the rulebook on a shelf. Without a key, only the folders can change it."""

    def __init__(
        self,
        ledger: Ledger,
        shelf: RulebookShelf,
        folders: Sequence[Path],
        clock: Callable[[], datetime],
        key: bytes | None = None,
    ) -> None:
        self._ledger, self._shelf, self._folders = ledger, shelf, folders
        self._clock, self._key = clock, key
        self._refusal = ""
        self._last: RulebookChange | None = None
        self._at_start()

    @property
    def last_refusal(self) -> str:
        """Why the latest change was refused; empty when it succeeded."""
        return self._refusal

    def changes(self, most: int) -> tuple[RulebookChange, ...]:
        return self._ledger.read(lambda tx: tx.rulebooks.changes(most))

    def reload(self) -> None:
        """Put the rules of the folders in force. A refusal is logged and remembered."""
        try:
            self._change(lambda: read_rule_files(self._folders), How.FOLDERS)
        except StrategyError:
            return

    def follow(self) -> None:
        """Put in force what another server on the same ledger put in force since.

        A refusal is logged and remembered, and not tried again until the next change.
        """
        try:
            last = self._ledger.read(lambda tx: tx.rulebooks.last_change())
            if last is None or last == self._last:
                return
            files = self._ledger.read(lambda tx: tx.rulebooks.files(last.hash))
        except LedgerUnavailable:
            return  # health says so; looked at again soon
        assert files is not None, "a change is written together with its files"
        self._last = last
        if last.hash == self._shelf.current.hash:
            return
        try:
            self._shelf.replace(files)
        except StrategyError as refusal:
            self._refusal = str(refusal)
            _log.error("a change by another server is not in force here: %s", refusal)
        else:
            self._refusal = ""
            _log.warning("rulebook %s is in force: %s %s", last.hash[:12], last.how, last.by)

    def publish(self, preview: bytes, by: str) -> RulebookChange:
        """Put exactly the rules of a signed preview in force.

        Raises `InputError` for a preview that is not whole or not signed with the server's key,
        `RuleError` or `PublicationRefused` for rules that cannot be proven or are not those that
        were seen, and `PublicationRefused` where other rules came into force since.
        """
        artefact = verified(preview, self._held_key())

        def agree(old: Rulebook, new: Rulebook) -> None:
            _same("the preview was made against", artefact.preview.old.rulebook, old.hash)
            _same("the preview shows", artefact.preview.new.rulebook, new.hash)

        return self._change(lambda: artefact.files, How.PUBLISHED, by, agree)

    def roll_back(self, from_hash: str, to_hash: str, by: str, signed: str) -> RulebookChange:
        """Put an earlier rulebook in force. Raises as `publish`, and `NotFound`."""
        if not genuine(rollback_text(from_hash, to_hash, by), signed, self._held_key()):
            raise InputError("signature", "was not made with the server's publishing key")
        files = self._ledger.read(lambda tx: tx.rulebooks.files(to_hash))
        if files is None:
            raise NotFound(f"no rulebook `{to_hash}` was ever in force here")

        def agree(old: Rulebook, new: Rulebook) -> None:
            _same("the rollback starts from", from_hash, old.hash)
            _same("the rollback names", to_hash, new.hash)

        return self._change(lambda: files, How.ROLLED_BACK, by, agree)

    def _change(
        self,
        read: Callable[[], Sequence[RuleFile]],
        how: How,
        by: str = "",
        agree: Callable[[Rulebook, Rulebook], None] = lambda _, __: None,
    ) -> RulebookChange:
        kept: list[RulebookChange] = []

        def keep(old: Rulebook, new: Rulebook) -> None:
            agree(old, new)
            kept.append(self._keep(new, how, by))

        try:
            self._shelf.replace(read(), keep)
        except StrategyError as refusal:
            self._refusal = str(refusal)
            _log.error("the rules were not changed, the previous stay: %s", refusal)
            raise
        self._refusal = ""
        _log.warning("rulebook %s is in force: %s %s", kept[0].hash[:12], how, by)
        return kept[0]

    def _keep(self, rulebook: Rulebook, how: How, by: str) -> RulebookChange:
        change = RulebookChange(rulebook.hash, self._clock(), how, by)

        def keep(tx: Transaction) -> None:
            tx.rulebooks.add(change, rulebook.files)
            tx.changes.add(change.at, _KINDS[how], change.hash)

        self._ledger.write(keep)
        return change

    def _at_start(self) -> None:
        """The change by which a server starts is kept as well. A new version of this program may
        give the same rules another hash; it is then said again who put them in force."""
        last = self._ledger.read(lambda tx: tx.rulebooks.last_change())
        if last is None or last.hash != self._shelf.current.hash:
            published = last is not None and last.how is not How.FOLDERS
            how, by = (last.how, last.by) if last and published else (How.FOLDERS, "")
            self._keep(self._shelf.current, how, by)

    def _held_key(self) -> bytes:
        if self._key is None:
            raise PublicationRefused("this server was started without --publish-key")
        return self._key


def _same(what: str, said: str, found: str) -> None:
    if said != found:
        raise PublicationRefused(f"{what} rulebook {said[:12]}, not {found[:12]}")
