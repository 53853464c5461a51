#!/bin/sh
# visit.sh: a patient's visit from slip to closing, in a private cluster.
set -eu
tests=$(cd "$(dirname "$0")/.." && pwd)
TEMPLATES=$tests/../printers/templates
export TEMPLATES # label_template.sql ships them
exec "$tests/pg/run" "$tests/pg/tap" \
	"$tests"/schema/visit/visit.sql "$tests"/schema/visit/identity.sql "$tests"/schema/visit/scan.sql "$tests"/schema/visit/kept.sql "$tests"/schema/visit/codes.sql "$tests"/schema/visit/held_up.sql "$tests"/schema/visit/rules.sql \
	"$tests"/schema/visit/printing.sql "$tests"/schema/visit/print_hold.sql "$tests"/schema/visit/unwanted.sql "$tests"/schema/visit/loss.sql "$tests"/schema/visit/outdated.sql "$tests"/schema/visit/print_order.sql "$tests"/schema/visit/print_walk.sql "$tests"/schema/visit/print_change.sql "$tests"/schema/visit/one_way.sql "$tests"/schema/visit/closing.sql "$tests"/schema/visit/cup.sql \
	"$tests"/schema/visit/stand_by.sql "$tests"/schema/visit/gate.sql "$tests"/schema/visit/change.sql "$tests"/schema/visit/chair.sql "$tests"/schema/visit/fill.sql "$tests"/schema/visit/setback.sql \
	"$tests"/schema/visit/spelling.sql "$tests"/schema/visit/unusual.sql "$tests"/schema/visit/label_template.sql "$tests"/schema/visit/jar.sql "$tests"/schema/visit/analyzer.sql "$tests"/schema/visit/printer_health.sql "$tests"/schema/visit/scanner_health.sql
