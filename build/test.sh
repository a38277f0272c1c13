#!/usr/bin/env bash
# Runs the tests (with arguments for pytest, if any) on a private bus, keyring and home, with no display, and then
# demands perfect branch coverage of the modules listed in check_coverage.py.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export QT_QPA_PLATFORM=offscreen PYTHONDONTWRITEBYTECODE=1
unset DISPLAY WAYLAND_DISPLAY
rm -rf build/out/coverage
mkdir -p build/out/coverage
build/with-session.sh .venv/bin/coverage run -m pytest -n "${JOBS:-auto}" --dist worksteal "$@"
[ $# -eq 0 ] || [ "$*" = --soak ] || exit 0 # a part of the tests cannot cover the whole
.venv/bin/coverage combine -q
.venv/bin/python build/check_coverage.py
