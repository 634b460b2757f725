#!/bin/sh
# Turns the lists in requirements*.in into requirements*.txt: every version pinned, every file named
# by its hash, for every platform. Needs uv (https://docs.astral.sh/uv/). Arguments go to uv, e.g.
#   make lock ARGS="--upgrade"            the newest of everything
#   make lock ARGS="-P django"            the newest Django only
set -eu
cd "$(dirname "$0")/.."
uv=$(command -v uv || echo .venv/bin/uv)
[ -x "$uv" ] || { echo "uv is not installed: pip install uv" >&2; exit 1; }
for list in requirements requirements-dev; do
  "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --no-header --no-emit-index-url --no-emit-find-links "$@" "$list.in" --output-file "$list.txt"
done
