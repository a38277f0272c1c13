"""Where mistakes of ours go: a bounded log file in the profile, and one line instead of a traceback."""

import logging
import logging.handlers
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from krypton.cli import output
from krypton.domain.errors import KryptonError

_LARGEST = 1_000_000
_KEPT = 3
_log = logging.getLogger("krypton")


def speak_plainly() -> None:
    """From now on whatever ends the process is one line on standard error."""
    sys.excepthook = _tell


@contextmanager
def kept(folder: Path, /) -> Generator[None]:
    """Log warnings, and the mistake that ends the block, to `krypton.log` in a profile's log folder."""
    handler = logging.handlers.RotatingFileHandler(
        folder / "krypton.log", maxBytes=_LARGEST, backupCount=_KEPT, encoding="utf-8", delay=True
    )
    handler.setLevel(logging.WARNING)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    except KryptonError:
        raise
    except Exception:
        _log.exception("stopped by a mistake")
        raise
    finally:
        root.removeHandler(handler)
        handler.close()


def _tell(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    output.fail(error)
