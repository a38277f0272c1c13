"""The program's entrance; knows nothing but the way in."""

import os
import sys

_INTERRUPTED = 130


def main() -> int:
    """Run Krypton with the process's arguments and return the exit code."""
    os.umask(0o077)  # whatever we write is for its owner alone
    try:
        from krypton import bootstrap
        from krypton.bootstrap import journal

        journal.speak_plainly()
        return bootstrap.main(sys.argv[1:])
    except KeyboardInterrupt:
        return _INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
