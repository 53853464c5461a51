#!/usr/bin/env bash
# service.sh: the keyboards' storm through the real core into PostgreSQL: 64 scanners at 1 kHz, each at most eight scans
# ahead of what is committed. The bench is tests/storms/flood: the bench's own code over a libusb of the test's own.
#
#   tests/storms/service.sh       SPECIMEND_STORM_SECONDS (10), SPECIMEND_STORM_SCANNERS (64)
set -eu
# shellcheck source=tests/scenario/clinic.sh
. "${srcdir:-.}/tests/scenario/clinic.sh"
clinic_enter tests/storms/service.sh
clinic_init
scanners=${SPECIMEND_STORM_SCANNERS:-64}

# each scanner at a station of its own
sql "do \$\$ begin for n in 1..$scanners loop
		with s as (insert into clinic.station (station_id, code, name, kind, room_group)
			values (custody.row_id(nextval('clinic.station_seq')), custody.id_next('station'), 'Storm room ' || n, 'collection', 'storm') returning station_id)
		insert into clinic.device (kind, transport, identity, name, station_id, protocol)
			select 'scanner', 'usb', 'usb:0581:020c@1-' || n, 'Storm scanner ' || n, station_id, 'keyboard' from s;
	end loop; end \$\$" >/dev/null

# the service with another bench: programs are found beside one another
mkdir "$clinic/bin"
for role in core press; do cp "$CLINIC_BUILD/specimend-$role" "$clinic/bin/"; done
cp "$CLINIC_BUILD/tests/storms/flood" "$clinic/bin/specimend-bench"
export SPECIMEND_LIBEXECDIR=$clinic/bin SPECIMEND_STORM_TOLD=$clinic/told TMPDIR=$clinic
clinic_start
within $((${SPECIMEND_STORM_SECONDS:-10} + 120)) test -s "$clinic/told" || die "the storm does not end"
read -r scans seconds lost <"$clinic/told"

in_storm="clinic.scan s join clinic.device d using (device_id) where d.name like 'Storm scanner %'"
is "$lost" 0 "no report was lost in a scanner"
is "$([ "$scans" -ge "$scanners" ] && echo yes)" yes "every scanner read"
is "$(sql "select count(*) from $in_storm")" "$scans" "every scan is in the database"
is "$(sql "select count(distinct s.raw) from $in_storm")" "$scans" "once"
# its scanner's number and its own, from the first to the last without a gap
is "$(sql "select count(*) from (select d.name, count(*) n, max(right(convert_from(s.raw, 'UTF8'), 10)::bigint) last,
		bool_and(left(convert_from(s.raw, 'UTF8'), 2)::int + 1 = substr(d.name, 15)::int) ours from $in_storm group by 1) x
	where ours and last = n - 1")" "$scanners" "of each scanner from the first to the last, and no other's"
awk -v n="$scans" -v s="$seconds" -v k="$scanners" 'BEGIN { printf "# %d scanners, %d scans in %.1f s: %.0f scans/s committed by PostgreSQL\n", k, n, s, n / s }'
clinic_count
