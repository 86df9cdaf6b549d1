#!/usr/bin/env bash
# The whole suite on SQLite, then on PostgreSQL when a server answers at TEST_DATABASE_URL; says which ran. A test that
# opens no database, of the rulebook or of a drawing, would do the same again: the second run leaves those out.
set -uo pipefail
cd "$(dirname "$0")/.."
postgresql=${TEST_DATABASE_URL:-postgres://postgres@127.0.0.1:5432/rncp31395}

echo "== SQLite"
TEST_DATABASE_URL='' .venv/bin/pytest -n auto --dist loadscope "$@"
sqlite_status=$?

if ! .venv/bin/python - "$postgresql" <<'PYTHON' 2>/dev/null
import sys
from urllib.parse import urlsplit, urlunsplit
import psycopg2
psycopg2.connect(urlunsplit(urlsplit(sys.argv[1])._replace(path="/postgres")), connect_timeout=3).close()
PYTHON
then
  echo "== PostgreSQL: no server answers at TEST_DATABASE_URL; the tests ran on SQLite only."
  exit "$sqlite_status"
fi

echo "== PostgreSQL: the tests that open a database; the others have just run"
TEST_DATABASE_URL=$postgresql .venv/bin/pytest -n auto --dist loadscope --database-only "$@"
postgresql_status=$?
verdict() { [ "$1" = 0 ] && echo passed || echo FAILED; }
echo "== SQLite: $(verdict "$sqlite_status"), PostgreSQL: $(verdict "$postgresql_status")"
exit $((sqlite_status || postgresql_status))
