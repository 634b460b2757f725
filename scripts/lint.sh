#!/bin/sh
# Every check runs, so that one report names everything; any finding fails.
set -u
cd "$(dirname "$0")/.."
bin=.venv/bin
failed=0

check() {
  title=$1
  shift
  if output=$("$@" 2>&1); then
    echo "ok      $title"
  else
    echo "FAILED  $title"
    echo "$output"
    failed=1
  fi
}

# What the content security policy would silently drop: inline style, handlers and scripts.
no_inline_code() {
  ! git ls-files '*.html' '*.jinja' | xargs grep -nEi '(^|[[:space:]])(style|on[a-z]+)="|<style|<script>|<script [^>]*>[^<]|javascript:' |
    grep -v 'type="application/json"' # data, which no browser runs
}

check "format" $bin/ruff format --check --quiet .
check "lint" $bin/ruff check --quiet .
check "types" $bin/mypy
check "template format" $bin/python scripts/format_templates.py --check
check "templates" $bin/djlint --lint --quiet templates quizzes/question_types
check "no inline style or script" no_inline_code
check "migrations" $bin/python manage.py makemigrations --check --dry-run
check "system checks" $bin/python manage.py check
exit $failed
