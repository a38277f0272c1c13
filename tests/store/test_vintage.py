"""Files that earlier versions wrote still open, and say what they said."""

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from krypton.domain.ledger import fold
from krypton.domain.operation import Bounced, Expired, Sent, Settled
from krypton.store import settings as settings_file
from krypton.store.engine import open_database
from krypton.store.ledger import StoredLedger
from tests.store.histories import COLLECTOR
from tests.store.samples import WITHDRAW, preview
from tests.vintage.content import SETTINGS, fill, history

VINTAGE = Path(__file__).parents[1] / "vintage"


@pytest.mark.parametrize("kept", sorted(VINTAGE.glob("ledger-v*.db")), ids=lambda path: path.stem)
def test_every_kept_database_opens_with_all_that_was_in_it(kept: Path, tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    shutil.copyfile(kept, path)
    with closing(open_database(path)) as old, closing(open_database(tmp_path / "new.db")) as new:
        old.check()
        found, expected = StoredLedger(old), StoredLedger(new)
        fill(expected)
        assert found.collectors() == expected.collectors()
        assert found.collectors()[0].figures == fold(history())
        assert found.entries(COLLECTOR, after_lt=0, limit=100) == history()
        assert found.payments(COLLECTOR, before_lt=None, limit=9) == expected.payments(
            COLLECTOR, before_lt=None, limit=9
        )
        assert found.withdrawals(COLLECTOR, before_lt=None, limit=9) == expected.withdrawals(
            COLLECTOR, before_lt=None, limit=9
        )
        assert found.preview(preview(WITHDRAW).digest) == preview(WITHDRAW)
        operations = found.operations(collector=None, limit=9)
        assert operations == expected.operations(collector=None, limit=9)
        assert [type(row.progress) for row in operations] == [Sent, Expired, Bounced, Settled]


@pytest.mark.parametrize("kept", sorted(VINTAGE.glob("settings-v*.json")), ids=lambda path: path.stem)
def test_every_kept_settings_file_reads(kept: Path) -> None:
    found = settings_file.read(kept)
    assert found is not None
    assert found.profile_id == SETTINGS["profile_id"]
    assert (found.zero_state, found.network) == (SETTINGS["zero_state"], SETTINGS["network"])
    assert (found.language, found.theme) == (SETTINGS["language"], SETTINGS["theme"])


def test_the_first_versions_are_kept() -> None:
    assert (VINTAGE / "ledger-v1.db").is_file()
    assert (VINTAGE / "settings-v1.json").is_file()
