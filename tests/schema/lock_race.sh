#!/bin/sh
# lock_race.sh: two sessions that need the same rows and printers, each stopped at its first lock by a third: in the one order of
# schema/README.md one waits for the other, in any other they wait for each other. Nothing is tried again here.
set -eu
# shellcheck source=tests/schema/race.sh
. "$(dirname "$0")/race.sh"
cd "$tests/schema/visit"

sql -c 'set search_path = tap, pg_catalog' -f - >/dev/null <<'SQL'
\i setup.sql
SQL

# wait_ CONDITION, a minute at most
wait_() {
	for _ in $(seq 600); do
		[ "$(sql -c "select $1")" = f ] || return 0
		sleep 0.1
	done
	echo "not true within a minute: $1" >>"$work/failed"
}
waiting="(select count(*) from pg_locks where not granted)"

# hold STATEMENT: in a session of its own, until two others wait
hold() {
	sql >/dev/null 2>>"$work/errors" <<SQL &
begin;
$1;
select pg_advisory_lock_shared(4711);
do \$\$ begin for n in 1 .. 1200 loop exit when $waiting >= 2; perform pg_sleep(0.05); end loop;
	if $waiting < 2 then raise 'they did not wait'; end if; end \$\$;
commit;
SQL
	pids="$pids $!"
	wait_ "exists (select from pg_locks where locktype = 'advisory' and objid = 4711 and granted)"
}
# beside FILE STATEMENT: in a session of its own
beside() {
	sql -c "$2" >>"$work/$1" 2>>"$work/errors" &
	pids="$pids $!"
}
# waits FILE STATEMENT: the same, and the first of the two to wait
waits() {
	beside "$1" "$2"
	wait_ "$waiting >= 1"
}
errors() { grep "ERROR:" "$work/errors" | head -n 1; : >"$work/errors"; }

# told NUMBER "FAMILY GIVEN" CONTROL: an order's message, as a statement
told() {
	echo "select api.order_message(gen_random_uuid(), 'mllp', jsonb_build_object('raw', encode('$3'::bytea, 'base64'),
		'sha256', encode(sha256('$3'::bytea), 'hex'), 'peer', 'race', 'parsed', jsonb_build_object(
		'sender', '{\"application\": \"E\", \"facility\": \"F\"}'::jsonb, 'control_id', '$3', 'type', 'ORM^O01', 'processing_id', 'T',
		'patient', '{\"numbers\": [{\"id\": \"$1\", \"authority\": \"E\"}], \"family\": \"${2% *}\", \"given\": \"${2#* }\", \"birth_date\": \"1960-01-01\"}'::jsonb,
		'orders', jsonb_build_array(jsonb_build_object('control', 'NW', 'control_raw', 'NW', 'placer_number', '$3', 'gaps', '[]'::jsonb,
			'tests', '[{\"code\": \"CBC\", \"name\": \"CBC\"}, {\"code\": \"PT\", \"name\": \"PT\"}]'::jsonb))))) #>> '{data,ack_code}'"
}
patient() { sql -c "select patient_id from clinic.patient_number where number = '$1'"; }

# ---- a patient's number is scanned for the form of an unusual name, while a message changes the patient
sql -c "$(told D1 "DOE JANE" d1)" >/dev/null
sql -c "select api.visit_open(gen_random_uuid(), 'ana', jsonb_build_object('patient_id', $(patient D1)))" >/dev/null
hold "select from clinic.visit where patient_id = $(patient D1) for update"
waits scanned "select api.scan(gen_random_uuid(), 'ana', '{\"raw\": \"$(printf D1 | base64)\", \"source\": \"usb\"}') ->> 'code'"
beside message "$(told D1 "DOE JANET" d2)"
all
is "$(errors)" "" "neither waits for the other"
is "$(cat "$work/scanned") $(cat "$work/message")" "unusual_confirmed AA" "the number is taken, then the message"
sql -c "select api.visit_park(gen_random_uuid(), 'ana', '{}')" >/dev/null

# ---- a slip's spelling is confirmed, while somebody opens that patient's visit
sql -c "$(told S1 "SMITH SUE" s1)" >/dev/null
sue=$(patient S1)
sql -c "select api.visit_open(gen_random_uuid(), 'ben', jsonb_build_object('patient_id', $sue))" -c "select api.visit_park(gen_random_uuid(), 'ben', '{}')" >/dev/null
sql -f - >/dev/null <<SQL
select api.slip_print(gen_random_uuid(), 'ana', jsonb_build_object('patient_id', $sue));
select api.print_job_set(gen_random_uuid(), 'core', jsonb_build_object('print_job_id', print_job_id, 'state', 'failed', 'check', 'spelling', 'message', 'm', 'hint', 'h',
	'spelling', '{"family": "SMITT", "given": "SUE", "middle": ""}'::jsonb, 'drawn_from', clinic.print_job_drawn_from(j))) from clinic.print_job j where kind = 'slip';
SQL
is "$(sql -c "select api.visit('ana', '{}') #>> '{data,ask,code}'")" slip_spelling "the slip's spelling is asked"
hold "select from clinic.visit where patient_id = $sue for update"
waits spelled "select api.visit_answer(gen_random_uuid(), 'ana', '{\"code\": \"slip_spelling\", \"choice\": \"yes\"}') ->> 'code'"
beside opened "select api.visit_open(gen_random_uuid(), 'ben', jsonb_build_object('patient_id', $sue)) ->> 'code'"
all
is "$(errors)" "" "neither waits for the other"
is "$(cat "$work/spelled") $(cat "$work/opened")" "slip_spelled visit_parked" "the spelling is kept, then the visit is asked about"

# ---- two patients' labels wait at two printers, in other orders, while messages change both names
for n in 1 2; do
	sql -c "$(told "P$n" "$([ $n = 1 ] && echo PAGE PAT || echo QUILL QUINN)" "p$n")" >/dev/null
	sql -c "select api.visit_open(gen_random_uuid(), 'ben', jsonb_build_object('patient_id', $(patient "P$n")))" >/dev/null
	sql -f - >/dev/null <<SQL
select n as choice from clinic.visit v, unnest(v.birth_choices) with ordinality c (d, n) where v.patient_id = $(patient "P$n") and d = '1960-01-01' \gset
select api.visit_identify(gen_random_uuid(), 'ben', jsonb_build_object('choice', :choice));
update clinic.visit set state = 'closed', closed_at = now() where held_by = (select operator_id from clinic.operator where name = 'Ben Okafor') and state = 'parked';
select api.visit_park(gen_random_uuid(), 'ben', '{}');
SQL
done
jobs="clinic.print_job j join clinic.specimen s using (specimen_id) where j.kind = 'label' and s.patient_id = "
printers=$(sql -c "select string_agg(device_id::text, ' ' order by device_id) from (select device_id from clinic.device where kind = 'printer' order by 1 limit 2) x")
one=${printers% *} two=${printers#* }
sql -c "update clinic.print_job p set state = 'proved', sha256 = 'cd34', device_id = case when p.turn = (select min(j.turn) from $jobs s.patient_id) then $one else $two end
	from clinic.specimen x where x.specimen_id = p.specimen_id and x.patient_id = $(patient P1)" \
	-c "update clinic.print_job p set state = 'proved', sha256 = 'cd34', device_id = case when p.turn = (select max(j.turn) from $jobs s.patient_id) then $one else $two end
	from clinic.specimen x where x.specimen_id = p.specimen_id and x.patient_id = $(patient P2)" >/dev/null
at() { sql -c "select string_agg(j.device_id::text, ' ' order by j.turn) from $jobs $(patient "$1") and j.state in ('queued', 'proved')"; }
is "$(at P1), $(at P2)" "$one $two, $two $one" "the one's first label waits where the other's last does"
hold "select clinic.printer_lock($one)"
waits first "$(told P1 "PRINTED PAT" p3)"
beside second "$(told P2 "PRINTED QUINN" p4)"
all
is "$(errors)" "" "neither waits for the other"
is "$(cat "$work/first") $(cat "$work/second")" "AA AA" "both messages are taken"
is "$(at P1), $(at P2)" "$one $two, $two $one" "the labels wait where they did"
is "$(sql -c "select count(*) from $jobs any (array[$(patient P1), $(patient P2)]) and j.state = 'queued' and j.content ->> 'family' = 'PRINTED'")" 4 "with the name of now"
race_end
