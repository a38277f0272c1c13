#!/usr/bin/env bash
# Runs a command with a session bus, an unlocked Secret Service and a home folder of its own, so that neither tests
# nor the tour ever touch the user's keyring or files. Ends what it started, and exits as the command did.
set -euo pipefail

if [ "${1:-}" != --inside ]; then
  [ $# -gt 0 ] || { echo "usage: build/with-session.sh COMMAND..." >&2; exit 2; }
  scratch=$(mktemp -d "${TMPDIR:-/tmp}/krypton-session.XXXXXX")
  trap 'rm -rf "$scratch"' EXIT
  mkdir -m 700 "$scratch/run" "$scratch/home"
  # A bus that starts no service by itself: no desktop helper of the host can appear on it.
  cat >"$scratch/bus.conf" <<'BUS'
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
BUS
  export HOME="$scratch/home" XDG_RUNTIME_DIR="$scratch/run"
  unset XDG_DATA_HOME XDG_CONFIG_HOME XDG_CACHE_HOME XDG_STATE_HOME GNOME_KEYRING_CONTROL DBUS_SESSION_BUS_ADDRESS
  # The daemon's own chatter goes to a file, shown only when the command was never reached.
  export KRYPTON_SESSION_SCRATCH="$scratch"
  status=0
  exec 3>&2
  dbus-run-session --config-file="$scratch/bus.conf" -- bash "${BASH_SOURCE[0]}" --inside "$@" 2>"$scratch/bus.log" || status=$?
  [ -f "$scratch/reached" ] || cat "$scratch/bus.log" >&2
  exit "$status"
fi

shift
exec 2>&3 3>&-
touch "$KRYPTON_SESSION_SCRATCH/reached"
unset KRYPTON_SESSION_SCRATCH
printf 'private\n' | gnome-keyring-daemon --foreground --unlock --components=secrets >/dev/null 2>&1 &
keyring=$!
trap 'kill "$keyring" 2>/dev/null; wait "$keyring" 2>/dev/null || true' EXIT

is_up() {
  dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner \
    string:org.freedesktop.secrets 2>/dev/null | grep -q 'boolean true'
}
for _ in $(seq 200); do
  if is_up; then break; fi
  kill -0 "$keyring" 2>/dev/null || { echo "with-session: gnome-keyring-daemon did not start" >&2; exit 1; }
  sleep 0.05
done

status=0
"$@" || status=$?
exit "$status"
