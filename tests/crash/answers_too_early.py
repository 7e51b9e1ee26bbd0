"""The server with a planted fault: it answers, and commits a little later."""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import server
from strategy.ledger.sqlite import SqliteLedger
from strategy.ledger.transaction import Transaction


def _commit(self, batch):
    self._db.execute("BEGIN IMMEDIATE")
    tx = Transaction(self._db)
    for waiting in batch:
        waiting.results.set_result(self._results(tx, waiting))
    tx.finish()
    time.sleep(0.02)
    self._db.execute("COMMIT")


if __name__ == "__main__":
    SqliteLedger._commit = _commit
    sys.exit(server.main())
