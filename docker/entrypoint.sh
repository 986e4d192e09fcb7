#!/bin/sh
# Starts the command as process 1, so that it gets the signals that stop a container, and refuses early
# when the one variable that has no default here is missing.
set -eu
if [ -z "${DATABASE_URL:-}" ]; then
  echo 'DATABASE_URL is not set: a container has no embedded PostgreSQL; point it at one.' >&2
  exit 64
fi
exec "$@"
