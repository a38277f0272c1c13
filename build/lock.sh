#!/usr/bin/env bash
# Locks every package again: for all platforms, with hashes, and without the address of any registry.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

compile() { # output, arguments...
  local output=$1
  shift
  .uv/bin/uv pip compile -q --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 \
    --output-file "$output" "$@"
}
compile requirements.txt pyproject.toml
compile requirements-dev.txt pyproject.toml --group dev
compile build/requirements-uv.txt build/requirements-uv.in
compile build/requirements-node.txt build/requirements-node.in
(cd build/node && npm install --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts --no-audit --no-fund --loglevel=error)
