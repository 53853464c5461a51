# Every script makes a private cluster through tests/pg/run, prints TAP and ends with "N passed, N failed". None starts a
# program of ours: there is nothing here for sanitizers to look at.
if !SANITIZED
dist_check_SCRIPTS += tests/schema/custody.sh tests/schema/two-nodes.sh tests/schema/clinic.sh tests/schema/page_race.sh tests/schema/page_upgrade.sh
dist_check_SCRIPTS += tests/schema/visit.sh tests/schema/visit_race.sh tests/schema/lock_race.sh
dist_check_SCRIPTS += tests/schema/hostile_args.sh
dist_check_SCRIPTS += tests/schema/bag.sh tests/schema/bag_race.sh
dist_check_SCRIPTS += tests/schema/device.sh
dist_check_SCRIPTS += tests/schema/lab.sh tests/schema/lab_nodes.sh tests/schema/lab_race.sh
dist_check_SCRIPTS += tests/schema/template.sh
dist_check_SCRIPTS += tests/schema/paper.sh
endif
EXTRA_DIST += \
	tests/pg/apply \
	tests/pg/run \
	tests/pg/tap \
	tests/schema/nodes.sh \
	tests/schema/race.sh \
	tests/schema/clinic/orders.sql \
	tests/schema/clinic/page.sql \
	tests/schema/clinic/people.sql \
	tests/schema/clinic/policy.sql \
	tests/schema/clinic/setup.sql \
	tests/schema/custody/api.sql \
	tests/schema/custody/append.sql \
	tests/schema/custody/arrival.sql \
	tests/schema/custody/hash.sql \
	tests/schema/custody/id.sql \
	tests/schema/custody/request.sql \
	tests/schema/custody/rights.sql \
	tests/schema/custody/seal.sql \
	tests/data/custody/README.md \
	tests/data/custody/events.json \
	tests/data/custody/merkle.json \
	tests/data/custody/seals.json

EXTRA_DIST += \
	tests/schema/visit/analyzer.sql \
	tests/schema/visit/chair.sql \
	tests/schema/visit/change.sql \
	tests/schema/visit/closing.sql \
	tests/schema/visit/codes.sql \
	tests/schema/visit/cup.sql \
	tests/schema/visit/fill.sql \
	tests/schema/visit/gate.sql \
	tests/schema/visit/held_up.sql \
	tests/schema/visit/identity.sql \
	tests/schema/visit/jar.sql \
	tests/schema/visit/kept.sql \
	tests/schema/visit/label_template.sql \
	tests/schema/visit/loss.sql \
	tests/schema/visit/one_way.sql \
	tests/schema/visit/outdated.sql \
	tests/schema/visit/print_change.sql \
	tests/schema/visit/print_hold.sql \
	tests/schema/visit/print_order.sql \
	tests/schema/visit/print_walk.sql \
	tests/schema/visit/printer_health.sql \
	tests/schema/visit/printing.sql \
	tests/schema/visit/rules.sql \
	tests/schema/visit/scan.sql \
	tests/schema/visit/scanner_health.sql \
	tests/schema/visit/setback.sql \
	tests/schema/visit/setup.sql \
	tests/schema/visit/spelling.sql \
	tests/schema/visit/stand_by.sql \
	tests/schema/visit/unusual.sql \
	tests/schema/visit/unwanted.sql \
	tests/schema/visit/visit.sql

EXTRA_DIST += tests/schema/hostile_args.sql

EXTRA_DIST += \
	tests/schema/bag/courier.sql \
	tests/schema/bag/gate.sql \
	tests/schema/bag/hold.sql \
	tests/schema/bag/pack.sql \
	tests/schema/bag/setup.sql \
	tests/schema/bag/where.sql

EXTRA_DIST += tests/schema/device/device.sql tests/schema/device/scanner.sql tests/schema/device/device_fault.sql tests/schema/device/enrol.sql tests/schema/device/pass.sql
EXTRA_DIST += \
	tests/schema/lab/act.sql \
	tests/schema/lab/two.sql \
	tests/schema/lab/matrix.sql \
	tests/schema/lab/reject.sql \
	tests/schema/lab/bench.sql \
	tests/schema/lab/codes.sql \
	tests/schema/lab/dock.sql \
	tests/schema/lab/downtime.sql \
	tests/schema/lab/ledger.sql \
	tests/schema/lab/odd.sql \
	tests/schema/lab/setup.sql \
	tests/schema/lab/through.sql

EXTRA_DIST += tests/schema/template/golden.sql tests/schema/template/template.sql tests/schema/template/upgrade.sql

EXTRA_DIST += tests/schema/paper/paper.sql tests/schema/paper/stock.sql
