# shellcheck shell=bash
# labs.sh: benches of a laboratory, each with a USB scanner on the fake bus and a receiver signed in, where tubes are received:
# from the moment the bus has handed a scan's last report over to the moment the scanner has the beep; and what a bare insert
# costs on the same cluster. Sourced by run and scan, after clinic.sh and usb.sh. Times are in microseconds, one a line.

# Read by those who source this.
seconds=${SPECIMEND_BENCH_SECONDS:-3} # of each row that is measured by time
beep_ms=20000                         # a beep that is later ends the run
hand_ms=600                           # no hand takes the next tube sooner

# percentile P FILE: of numbers, one a line; 100 is the greatest
percentile() { sort -n "$2" | awk -v p="$1" '{ t[NR] = $1 } END { print t[int((NR - 1) * p / 100) + 1] }'; }

# bench_init STATIONS LABS TUBES: the database, with so many of each (stations.sql)
bench_init() {
	sql "alter system set fsync = on" -c "select pg_reload_conf()" >/dev/null
	clinic_init
	sed -i '/^seal_every_s/d' "$clinic/conf" # as installed
	psql -X -q -v ON_ERROR_STOP=1 -v stations="$1" -v labs="$2" -v tubes="$3" -f "$srcdir/tests/bench/stations.sql" >"$clinic/set-up" 2>&1 ||
		{ cat "$clinic/set-up"; die "the stations are not set up"; }
}

# bus_begin LABS [COMMAND...]: the fake bus with a scanner for each, and who reads them
bus_begin() {
	local n labs=$1
	shift
	usb_begin "$@"
	for ((n = 0; n < labs; n++)); do
		usb_ok "scanner s$n honeywell BENCH$n"
	done
}

# bus_plug LABS: all are plugged in, and read
bus_plug() {
	local n
	for ((n = 0; n < $1; n++)); do
		usb_ok "plug s$n"
	done
	for ((n = 0; n < $1; n++)); do
		within 60 usb_is_open s$n || die "scanner s$n is not taken"
	done
	sleep 1 # what a scanner says at the moment it is plugged in is taken for old, and thrown away
}

# bus_scan COUNT [PAUSE_MS [HAND_MS]]: what is in $clinic/codes, so many lines; what came of it in $clinic/beeps, the times in
# scans_us
bus_scan() {
	local usb_wait_s=600
	usb_ok "scan_all $clinic/codes $clinic/beeps $beep_ms ${2:-0} ${3:-0}"
	[ "$answer" = "ok $1" ] || die "of $1 scans these were answered: $answer"
	! grep -v ' good$' "$clinic/beeps" >&2 || die "a scan was answered otherwise than was meant"
	awk '{ print $4 - $3 }' "$clinic/beeps" >"$clinic/scans_us"
}

# labs_begin LABS: the service, and their scanners; nothing is warm yet
labs_begin() {
	bus_begin "$1"
	usb_start
	bus_plug "$1"
}

labs_round() {
	sql "select bench.round($1, $2)" >/dev/null
	# whoever has waited for minutes: no shade
	sql "update clinic.session set seen_at = now() where kind = 'operator'"
}

labs_accepted() { [ "$(sql "select bench.accepted()")" = "$1" ] || die "not every tube was accepted"; }

# labs_scan LABS TUBES [PAUSE_MS]: each of the first labs receives so many tubes, all their next one at the same moment: once
# every hand has it, $hand_ms after the last beep (faster is two labels in one view: clinic.gesture_us); with a pause, each by
# itself. Every beep is a good one and every tube was accepted, so every scan was committed before.
labs_scan() {
	labs_round "$1" "$2"
	sql "select format('s%s %s ]C0', n, specimen_id) from bench.turn order by k, n" >"$clinic/codes"
	bus_scan $(($1 * $2)) "${3:-0}" "$([ -n "${3:-}" ] && echo 0 || echo $hand_ms)"
	labs_accepted $(($1 * $2))
}

# inserts CONNECTIONS [OPTION]: single inserts of a row, each committed, over so many connections at once; to inserts_us
inserts() {
	echo "insert into bench.bare (what) values ('a tube was seen');" >"$clinic/insert.sql"
	rm -f "$clinic"/inserts.*
	PGOPTIONS="$PGOPTIONS ${2:-}" PGUSER=specimend "$PG_BINDIR/pgbench" -n -M prepared -c "$1" -T "$seconds" -f "$clinic/insert.sql" \
		-l --log-prefix="$clinic/inserts" >"$clinic/pgbench" 2>&1 || { cat "$clinic/pgbench"; die "pgbench"; }
	cut -d ' ' -f 3 "$clinic"/inserts.* >"$clinic/inserts_us"
}
