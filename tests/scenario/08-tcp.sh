#!/usr/bin/env bash
# 08-tcp.sh: a printer with an address, behind a real socket, and the real programs: assigned by its address, a visit's labels come out of
# it, it breaks off in the middle of one, and is released.
set -eu
# shellcheck source=tests/scenario/clinic.sh
. "${srcdir:-.}/tests/scenario/clinic.sh"
clinic_enter 08-tcp.sh
clinic_begin Ada

mkfifo "$clinic/tcp.lines" "$clinic/tcp.answers"
"$CLINIC_BUILD/tests/tcp/printer" zpl 300 20 "$clinic/tcp.log" <"$clinic/tcp.lines" >"$clinic/tcp.answers" &
clinic_pids+=($!)
exec {tcp_lines}>"$clinic/tcp.lines" {tcp_answers}<"$clinic/tcp.answers"
read -r -t 20 port <&"$tcp_answers" || die "the printer does not come up"

# tcp LINE: tells the printer; what it says is in answer
tcp() {
	echo "$1" >&"$tcp_lines"
	read -r -t 20 answer <&"$tcp_answers" || answer="no answer"
}
labels_are() {
	tcp "labels?"
	[ "$answer" = "ok $1" ]
}
label_begins() { [ "$(grep -c begin "$clinic/tcp.log")" = "$1" ]; }
device() { "$CLINIC_BUILD/specimend" device "$@" --config "$clinic/conf" --database "host=$PGHOST port=$PGPORT dbname=$PGDATABASE user=$PGUSER" 2>&1; }
states() {
	ask GET /api/me
	get ".data.devices[] | select(.transport == \"tcp\") | .state | join(\" \")"
}
states_are() { [ "$(states)" = "$1" ]; }
jobs() { sql "select string_agg(j.state, ' ' order by j.print_job_id) from clinic.print_job j where j.visit_id = (select max(visit_id) from clinic.visit)"; }
jobs_are() { [ "$(jobs)" = "$1" ]; }

# ---- assigned -----------------------------------------------------------------------------------------------------------

room=$(sql "select code from clinic.station where name = 'Room 1'")
is "$(device assign tcp:localhost --station "$room" --language zpl --dpi 203 | grep -c "is no printer's address")" 1 "a name is refused"
is "$(device assign "tcp:127.0.0.1:$port" --station "$room" --language zpl --dpi 203 | grep -c "^assigned to Room 1 ($room)")" 1 "a running service is given the printer"
is "$(device list | grep -c "tcp:127.0.0.1:$port, zpl, 203 dpi")" 1 "and it is in the list"
person Ada "Room 1"
within 20 states_are ok || :
is "$(states)" ok "the page is told that it is well"

# ---- a visit's labels ----------------------------------------------------------------------------------------------------

identified T1 TCPSON 19500101 CBC CMP
within 30 jobs_are "printed printed" || :
is "$(jobs)" "printed printed" "the labels are printed"
tcp "labels?"
is "$answer $(labels_out)" "ok 2 0" "out of that printer, and not of the virtual one"
is "$(sql "select count(*) from custody.event where kind = 'label_printed' and body::jsonb ->> 'evidence' = 'printer' and body::jsonb ->> 'counter' in ('1001', '1002')")" 2 "and proved by its counter"

# ---- it breaks off with a label inside -----------------------------------------------------------------------------------

act visit_park '{}'
identified T2 TCPNER 19600202 CBC CMP
within 30 label_begins 3 || :
tcp reset
within 30 jobs_are "unknown queued" || within 1 jobs_are "unknown proved" || :
is "$(jobs | cut -d' ' -f1)" unknown "a connection that breaks off leaves its label unknown"
within 20 states_are ok || :
is "$(states)" ok "it is connected again"
within 5 labels_are 3 || :
tcp "labels?"
is "$answer" "ok 3" "and nothing more comes by itself"
view
is "$(get '.ask.code // "none"')" did_it_come_out "a person is asked whether it came out"

# ---- released ------------------------------------------------------------------------------------------------------------

is "$(device release "tcp:127.0.0.1:$port" | grep -c 'labels are not printed yet')" 1 "it is not released with labels on their way"
clinic_count
