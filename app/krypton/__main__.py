"""The program's entrance; knows nothing but the way in."""

import sys


def main() -> int:
    """Run Krypton with the process's arguments and return the exit code."""
    from krypton import bootstrap

    return bootstrap.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
