"""Brings a database to today's schema, all or nothing; knows the order of steps and no row's meaning.

Step n turns version n into n + 1 and is never changed after its release; a fresh database is made in
today's form at once. Every released version is kept as a file in tests/vintage/.
"""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from sqlalchemy import Connection, insert, inspect, select, update

from krypton.domain.errors import DatabaseDamaged, DatabaseNewer
from krypton.store.schema import META, METADATA

Step: TypeAlias = Callable[[Connection], None]

STEPS: tuple[Step, ...] = ()
_VERSION = "schema_version"
_FIRST = 1
_NUMBER = re.compile("[1-9][0-9]{0,8}")


def known_version(steps: Sequence[Step] = STEPS, /) -> int:
    """Return the schema version that this program writes."""
    return _FIRST + len(steps)


def found_version(connection: Connection, /, *, path: Path) -> int:
    """Return the database's version, 0 when it is empty. Raises DatabaseDamaged."""
    tables = inspect(connection).get_table_names()
    if not tables:
        return 0
    if META.name not in tables:
        raise DatabaseDamaged(path=str(path))
    text = connection.scalar(select(META.c.value).where(META.c.name == _VERSION))
    if not isinstance(text, str) or not _NUMBER.fullmatch(text):
        raise DatabaseDamaged(path=str(path))
    return int(text)


def check_shape(connection: Connection, /, *, path: Path) -> None:
    """Raise DatabaseDamaged when a table or a column that we use isn't there."""
    seen = inspect(connection)
    tables = set(seen.get_table_names())
    for table in METADATA.sorted_tables:
        if table.name not in tables:
            raise DatabaseDamaged(path=str(path))
        if not set(table.c.keys()) <= {column["name"] for column in seen.get_columns(table.name)}:
            raise DatabaseDamaged(path=str(path))


def migrate(connection: Connection, /, *, path: Path, steps: Sequence[Step] = STEPS) -> None:
    """Create or raise the schema inside the caller's transaction. Raises DatabaseNewer, DatabaseDamaged."""
    found, known = found_version(connection, path=path), known_version(steps)
    if found > known:
        raise DatabaseNewer(found=found, known=known)
    if found == known:
        return
    if found == 0:
        METADATA.create_all(connection)
        connection.execute(insert(META).values(name=_VERSION, value=str(known)))
        return
    for step in steps[found - _FIRST :]:
        step(connection)
    connection.execute(update(META).where(META.c.name == _VERSION).values(value=str(known)))
