#!/bin/sh
# lab.sh: the laboratory's dock and bench, its lists and the ledger, in a private cluster.
set -eu
tests=$(cd "$(dirname "$0")/.." && pwd)
exec "$tests/pg/run" "$tests/pg/tap" \
	"$tests"/schema/lab/dock.sql "$tests"/schema/lab/bench.sql "$tests"/schema/lab/act.sql "$tests"/schema/lab/two.sql "$tests"/schema/lab/matrix.sql \
	"$tests"/schema/lab/reject.sql "$tests"/schema/lab/codes.sql "$tests"/schema/lab/downtime.sql \
	"$tests"/schema/lab/through.sql "$tests"/schema/lab/ledger.sql "$tests"/schema/lab/odd.sql
