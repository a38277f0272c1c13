#!/usr/bin/env bash
# Everything that can be said about the sources without running them; each check runs, and one failure fails all.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

failed=()
check() { # name, command...
  local name=$1 output
  shift
  if output=$("$@" 2>&1); then
    printf 'check: %-16s ok\n' "$name"
  else
    printf 'check: %-16s FAILED\n%s\n' "$name" "$output"
    failed+=("$name")
  fi
}

export PATH="$PWD/.venv/bin:$PATH"
check format ruff format --check --quiet .
check lint ruff check --quiet .
check types node build/node/node_modules/pyright/index.js
check imports lint-imports --no-logo
check translations python build/translations.py check
check sources python -m pytest -q -p no:cacheprovider tests/house/test_files.py

[ ${#failed[@]} -eq 0 ] || { echo "check: failed: ${failed[*]}" >&2; exit 1; }
