#!/bin/sh
# paper.sh: papers that go along with tubes, and supplies that are printed ahead, in a private cluster.
set -eu
tests=$(cd "$(dirname "$0")/.." && pwd)
exec "$tests/pg/run" "$tests/pg/tap" "$tests"/schema/paper/paper.sql "$tests"/schema/paper/stock.sql
