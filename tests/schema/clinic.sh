#!/bin/sh
# clinic.sh: sign-in, orders and pages in a private cluster.
set -eu
tests=$(cd "$(dirname "$0")/.." && pwd)
exec "$tests/pg/run" "$tests/pg/tap" "$tests"/schema/clinic/people.sql "$tests"/schema/clinic/orders.sql "$tests"/schema/clinic/page.sql
