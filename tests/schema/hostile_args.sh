#!/bin/sh
# hostile_args.sh: every api function with everything hostile, in a private cluster.
set -eu
tests=$(cd "$(dirname "$0")/.." && pwd)
exec "$tests/pg/run" "$tests/pg/tap" "$tests/schema/hostile_args.sql"
