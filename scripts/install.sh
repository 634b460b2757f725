#!/bin/sh
# Makes .venv with a Python that works and installs one locked list into it, unless it is there already.
#   scripts/install.sh requirements.txt
set -eu
cd "$(dirname "$0")/.."
list=$1
stamp=.venv/$(basename "$list" .txt).stamp

# A version manager's shim can exist and fail, so each candidate is run and not just found.
works() {
  "$1" -c '
import sys, venv, ensurepip, sqlite3
sys.exit(not (sys.version_info >= (3, 11) and sqlite3.sqlite_version_info >= (3, 31)))
' >/dev/null 2>&1
}

find_python() {
  for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.14 python3.11 /usr/bin/python3; do
    if works "$candidate"; then
      echo "$candidate"
      return
    fi
  done
  echo "No Python 3.11 or newer with venv and SQLite 3.31 was found." >&2
  echo "Debian and Ubuntu: apt-get install python3 python3-venv. macOS: brew install python." >&2
  echo "Or name one: make run PYTHON=/path/to/python3" >&2
  return 1
}

if ! .venv/bin/python -c '' >/dev/null 2>&1; then
  python=$(find_python)
  echo "Making .venv with $("$python" --version) …" >&2
  rm -rf .venv
  "$python" -m venv .venv
fi

wanted="$(cksum <"$list") $(.venv/bin/python --version)"
[ "$(cat "$stamp" 2>/dev/null || true)" = "$wanted" ] && exit 0

echo "Installing $list …" >&2
if command -v uv >/dev/null 2>&1; then
  uv pip install --quiet --python .venv/bin/python --require-hashes -r "$list"
else
  .venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r "$list"
fi
echo "$wanted" >"$stamp"
