#!/usr/bin/env bash
# Opens the window on the sandbox, in a profile of its own that the next run finds again; on a machine without a
# display walks the whole of it by itself and saves a picture of every step.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
  data=${XDG_DATA_HOME:-$HOME/.local/share}/krypton
  [ "$(uname -s)" != Darwin ] || data="$HOME/Library/Application Support/Krypton"
  exec .venv/bin/krypton --profile "$data/try-out" --network sandbox
fi

out=build/out/tour
echo "There is no display on this machine, so Krypton walks its first run by itself on a virtual one; the pictures go to $out."
mkdir -p "$out"
exec xvfb-run --auto-servernum --server-args="-screen 0 1440x960x24 -nolisten tcp" \
  build/with-session.sh .venv/bin/krypton tour --out "$out"
