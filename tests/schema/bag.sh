#!/bin/sh
# bag.sh: packing, pickup and where everything is, in a private cluster.
set -eu
tests=$(cd "$(dirname "$0")/.." && pwd)
exec "$tests/pg/run" "$tests/pg/tap" \
	"$tests"/schema/bag/where.sql "$tests"/schema/bag/pack.sql "$tests"/schema/bag/courier.sql \
	"$tests"/schema/bag/hold.sql "$tests"/schema/bag/gate.sql
