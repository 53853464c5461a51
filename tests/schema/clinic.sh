#!/bin/sh
# clinic.sh: sign-in, orders, pages and policies in a private cluster.
set -eu
tests=$(cd "$(dirname "$0")/.." && pwd)
TEMPLATES=$tests/../printers/templates
POLICIES=$tests/../contrib/POLICIES.md
export TEMPLATES POLICIES # policy.sql ships the one and reads the other
exec "$tests/pg/run" "$tests/pg/tap" "$tests"/schema/clinic/people.sql "$tests"/schema/clinic/orders.sql "$tests"/schema/clinic/page.sql \
	"$tests"/schema/clinic/policy.sql
