#!/usr/bin/env bash
# A PostgreSQL of one's own for the tests: made in a temporary folder, reachable from this machine
# only, syncing every commit as a real one does.
#
#   scripts/postgres.sh start          makes and starts it, prints its address
#   scripts/postgres.sh url [NAME]     prints the address (of the database NAME)
#   scripts/postgres.sh stop           stops it and removes its data
#
# PG_DIR (a folder under the temporary directory) and PG_PORT (5544) say where.
set -euo pipefail

dir=${PG_DIR:-${TMPDIR:-/tmp}/pg-passage}
port=${PG_PORT:-5544}
url="postgres://passage@127.0.0.1:$port/${2:-passage}"

fail() { printf '%s\n' "$1" >&2; exit 1; }

# The newest PostgreSQL on this machine; Debian keeps its programs off the PATH.
find_programs() {
  local folder
  programs=$(dirname "$(command -v pg_ctl || echo /nowhere/pg_ctl)")
  for folder in /usr/lib/postgresql/*/bin; do
    [ ! -x "$folder/initdb" ] || programs=$folder
  done
  [ -x "$programs/initdb" ] || fail "PostgreSQL is not installed: apt-get install postgresql"
}

# The server refuses to run as root, so root hands it to the user that Debian made for it.
as_owner() {
  if [ "$(id -u)" = 0 ]; then
    (cd / && runuser -u postgres -- "$@")
  else
    "$@"
  fi
}

start() {
  find_programs
  if [ ! -f "$dir/data/PG_VERSION" ]; then
    mkdir -p "$dir"
    [ "$(id -u)" != 0 ] || chown postgres "$dir"
    chmod 700 "$dir"
    as_owner "$programs/initdb" -D "$dir/data" -U passage --auth=trust -E UTF8 --locale=C.UTF-8 >"$dir.log" 2>&1 ||
      fail "initdb failed: $(tail -n 3 "$dir.log")"
  fi
  if ! as_owner "$programs/pg_ctl" -D "$dir/data" status >/dev/null 2>&1; then
    as_owner "$programs/pg_ctl" -D "$dir/data" -l "$dir/log" -w -t 60 \
      -o "-p $port -k $dir -c listen_addresses=127.0.0.1 -c fsync=on -c synchronous_commit=on" \
      start >/dev/null || fail "PostgreSQL did not start; its log is $dir/log"
    as_owner "$programs/createdb" -h 127.0.0.1 -p "$port" -U passage passage 2>/dev/null || true
  fi
  printf '%s\n' "$url"
}

stop() {
  find_programs
  if [ -f "$dir/data/PG_VERSION" ]; then
    as_owner "$programs/pg_ctl" -D "$dir/data" -m fast -w stop >/dev/null 2>&1 || true
    rm -rf -- "$dir" "$dir.log"
  fi
}

case "${1:-}" in
  start) start ;;
  stop) stop ;;
  url) printf '%s\n' "$url" ;;
  *) fail "Usage: scripts/postgres.sh start|stop|url [NAME]" ;;
esac
