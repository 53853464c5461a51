#!/bin/sh
# visit_race.sh: several sessions at once: one label by many scanners, one patient by two people, tubes scanned
# crosswise. Whatever comes first, each fact is there once and nothing is lost.
set -eu
# shellcheck source=tests/schema/race.sh
. "$(dirname "$0")/race.sh"
cd "$tests/schema/visit"

# Two patients, their labels printed long ago; Ana has one, Ben the other. Four tubes each.
sql -c 'set search_path = tap, pg_catalog' -f - >/dev/null <<'SQL'
\i setup.sql
update clinic.test set volume_ul = 4000 * 4, favourite = true where code = 'CMP';
select pg_temp.patient('ADAMS', 'Ada', '1950-01-01', array['CMP'], 'A1') as ada \gset
select pg_temp.patient('BOND', 'Bob', '1955-05-05', array['CMP'], 'B1') as bob \gset
select pg_temp.printed(:ada);
select pg_temp.printed(:bob, 'ben');
SQL
tubes() { sql -c "select specimen_id from clinic.specimen join clinic.patient using (patient_id) where family = '$1' order by number"; }
is "$(tubes ADAMS | wc -l) $(tubes BOND | wc -l)" "4 4" "four tubes each"

# ---- one label, eight scanners
one=$(tubes ADAMS | head -n 1)
for n in 1 2 3 4 5 6 7 8; do
	scan ana "$one" "one.$n" &
	pids="$pids $!"
done
all
is "$(cat "$work"/one.* | sort | uniq -c | tr -s ' ' | tr '\n' ',')" " 1 on_tube, 7 on_tube_already," "one of eight puts the label on its tube"
is "$(sql -c "select count(*) from custody.event where subject = '$one' and kind = 'labelled'")" 1 "one event says so"
is "$(sql -c "select count(*) from clinic.scan where verdict in ('stored', 'repeat')")" 8 "eight scans are stored"

# ---- crosswise: each scans the other's tubes and the own ones, at the same time
for n in 2 3 4; do
	own=$(tubes ADAMS | sed -n "${n}p")
	other=$(tubes BOND | sed -n "${n}p")
	scan ana "$own" "ana.$n" & pids="$pids $!"
	scan ben "$other" "ben.$n" & pids="$pids $!"
	scan bench1 "$other" "bench1.$n" & pids="$pids $!"
	scan bench2 "$own" "bench2.$n" & pids="$pids $!"
	scan room1 "$other" "room1.$n" & pids="$pids $!" # pages on which nobody is signed in
	scan room2 "$own" "room2.$n" & pids="$pids $!"
done
all
is "$(cat "$work/failed")" "" "no scan is lost"
is "$(sql -c "select count(*) from clinic.scan")" 26 "every scan is stored"
is "$(sql -c "select count(*) from clinic.alarm where answered_at is null")" 2 "each station has one alarm"
is "$(sql -c "select count(*) from clinic.scan where verdict is null")" 0 "every scan has its verdict"
is "$(sql -c "select bool_and(custody.event_hash(e) = e.hash) from custody.event e")" t "every chain is whole"
is "$(sql -c "select count(*) from (select subject, n from custody.event group by 1, 2 having count(*) > 1) x")" 0 "no number is used twice"

# ---- two people open one patient; one person opens two patients
sql -c 'set search_path = tap, pg_catalog' -f - >/dev/null <<'SQL'
update clinic.alarm set rescanned_at = now(), answered_at = now(), choice = 'label_removed' where answered_at is null;
update clinic.visit set state = 'closed', closed_at = now();
update clinic.lab_order_test set state = 'due';
SQL
for _ in 1 2 3 4 5 6; do
	for who in ana ben; do
		for family in ADAMS BOND; do
			sql -c "select api.visit_open(gen_random_uuid(), '$who', jsonb_build_object('patient_id',
				(select patient_id from clinic.patient where family = '$family'))) ->> 'code'" \
				>>"$work/opened" 2>>"$work/errors" &
			pids="$pids $!"
		done
	done
	all
	sql -c "select count(*), count(distinct held_by), count(distinct patient_id) from clinic.visit where state = 'identify'" >>"$work/rounds"
	sql -c "update clinic.visit set state = 'closed', closed_at = now() - interval '1 day' where state <> 'closed'; delete from clinic.question"
done
is "$(grep -vc '^[12]|[12]|[12]$' "$work/rounds" || :)" 0 "one or two visits are open"
is "$(awk -F'|' '$1 != $2 || $1 != $3' "$work/rounds" | wc -l)" 0 "never two of one person or of one patient (promise 4)"
is "$(grep -c visit_opened "$work/opened")" "$(awk -F'|' '{ n += $1 } END { print n }' "$work/rounds")" "who was told so has it open"
# ---- the sender cancels each order while its label is scanned: whatever comes first, the test is cancelled and the tube not lost
order() { # order CONTROL NUMBER CODE FILE
	send "$4" "select api.order_message(gen_random_uuid(), 'mllp', jsonb_build_object('raw', encode('$1 $2'::bytea, 'base64'),
		'sha256', encode(sha256('$1 $2'::bytea), 'hex'), 'peer', 'race', 'parsed', jsonb_build_object(
		'sender', '{\"application\": \"E\", \"facility\": \"F\"}'::jsonb, 'control_id', '$1 $2', 'type', 'ORM^O01', 'processing_id', 'T',
		'patient', '{\"numbers\": [{\"id\": \"C1\", \"authority\": \"E\"}], \"family\": \"CURIE\", \"given\": \"EVE\", \"birth_date\": \"1960-01-01\"}'::jsonb,
		'orders', jsonb_build_array(jsonb_build_object('control', '$1', 'control_raw', '$1', 'placer_number', '$2', 'gaps', '[]'::jsonb,
			'tests', jsonb_build_array(jsonb_build_object('code', '$3', 'name', '$3')))))))
			#>> '{data,ack_code}'"
}
codes="CBC PT GLU NH3"
for code in $codes; do
	order NW "N-$code" "$code" orders
done
# her visit, with its labels printed long ago
sql -f - >/dev/null <<'SQL'
update clinic.visit set state = 'closed', closed_at = now() where state <> 'closed';
select patient_id as eve from clinic.patient where family = 'CURIE' \gset
select api.visit_open(gen_random_uuid(), 'ana', jsonb_build_object('patient_id', :eve));
select n as choice from clinic.visit v, unnest(v.birth_choices) with ordinality c (d, n) where v.patient_id = :eve and d = '1960-01-01' \gset
select api.visit_identify(gen_random_uuid(), 'ana', jsonb_build_object('choice', :choice));
select api.print_job_set(gen_random_uuid(), 'core', jsonb_build_object('print_job_id', print_job_id, 'state', s, 'counter', 10,
	'drawn_from', clinic.print_job_drawn_from(j))) from clinic.print_job j, unnest(array['proved', 'sending', 'sent', 'printed']) s
	where visit_id = (select max(visit_id) from clinic.visit) order by print_job_id, array_position(array['proved', 'sending', 'sent', 'printed'], s);
update clinic.print_job set state_at = state_at - interval '6 seconds';
SQL
n=0
for code in $codes; do
	n=$((n + 1))
	tube=$(tubes CURIE | sed -n "${n}p")
	scan ana "$tube" "race.$n" & pids="$pids $!"
	order CA "N-$code" "$code" orders & pids="$pids $!"
	scan ana "$tube" "race.$n" & pids="$pids $!"
done
all
is "$(cat "$work/failed")" "" "no scan and no cancel is lost"
is "$(sort -u "$work/orders")" "AA" "every message is taken"
is "$(sql -c "select string_agg(distinct t.state, ' ') from clinic.lab_order_test t join clinic.lab_order o using (lab_order_id) where o.sender = 'E|F'")" cancelled "every test is cancelled"
is "$(sql -c "select count(*) from clinic.specimen s join clinic.patient p using (patient_id) where p.family = 'CURIE'
	and (custody.state(s.specimen_id)).kind in ('labelled', 'label_printed')")" 4 "and every tube is where the scans put it"
for _ in 1 2 3 4; do
	sql -c "select api.visit_answer(gen_random_uuid(), 'ana', '{\"code\": \"order_cancelled\", \"choice\": \"yes\"}') ->> 'code'" >>"$work/answers"
done
is "$(sql -c "select count(*), count(distinct detail) from clinic.visit_act where act = 'drawn_though_cancelled'")" "4|4" "of each tube a person is asked, once"
for tube in $(tubes CURIE); do
	scan ana "$tube" last
done
sql -c "select api.visit_close(gen_random_uuid(), 'ana', '{\"check\": \"patient_read\"}') ->> 'code'" >"$work/closed"
is "$(cat "$work/closed")" visit_closed "the visit closes"
is "$(sql -c "select count(*), count(distinct e.subject) from custody.event e join clinic.specimen s on s.specimen_id = e.subject
	join clinic.patient p using (patient_id) where p.family = 'CURIE' and e.kind = 'order_cancelled'")" "4|4" "and each tube is kept, told once"

# ---- turns at a printer are given in the order in which they are committed: the second waits for the first one's end
asked() { # asked FILE WHILE: one job of Room 1's printer, committed when WHILE does not hold any more
	sql >"$work/$1" 2>>"$work/errors" <<SQL &
begin;
insert into clinic.print_job (kind, slip, station_id, device_id, template, content)
select 'slip', '$1', station_id, device_id, 'slip', '{}' from clinic.device where name = 'Room 1 printer'
returning turn;
do \$\$ begin for n in 1 .. 600 loop exit when not ($2); perform pg_sleep(0.05); end loop;
	if $2 then raise 'nobody waited'; end if; end \$\$;
commit;
SQL
	pids="$pids $!"
}
locks="select from pg_locks where locktype = 'advisory' and mode = 'ExclusiveLock'"
until_() { # until_ CONDITION, a minute at most
	for _ in $(seq 600); do
		[ "$(sql -c "select exists ($1)")" = f ] || return 0
		sleep 0.1
	done
	echo "not true within a minute: $1" >>"$work/failed"
}
asked first "not exists ($locks and not granted)"
until_ "$locks and granted"
asked second "false"
all
is "$(sql -c "select string_agg(slip, ' ' order by turn) from clinic.print_job where slip in ('first', 'second')")" "first second" "in the order asked"
is "$(wc -l <"$work/first") $(wc -l <"$work/second")" "1 1" "both were told their turn"

# ---- two administrators set one policy at once: the second waits, and is asked again
sql -c "insert into clinic.operator_role (operator_id, role) select operator_id, 'admin' from clinic.operator where name in ('Ana Ruiz', 'Ben Okafor');
	update clinic.alarm set rescanned_at = now(), answered_at = now(), choice = 'label_removed' where answered_at is null"
sets() { # sets TOKEN VALUE: the call, as the page made it that saw the default
	echo "select api.policy_set(gen_random_uuid(), '$1', jsonb_build_object('node', custody.node(), 'policy', 'paper_size', 'value', '$2', 'seen', 0, 'reason', 'a race')) ->> 'code'"
}
waits="select from pg_locks where relation = 'clinic.policy_setting'::regclass and mode = 'ShareRowExclusiveLock'"
sql >"$work/set_ana" 2>>"$work/errors" <<SQL &
begin;
$(sets ana letter);
do \$\$ begin for n in 1 .. 600 loop exit when exists ($waits and not granted); perform pg_sleep(0.05); end loop;
	if not exists ($waits and not granted) then raise 'nobody waited'; end if; end \$\$;
commit;
SQL
pids="$pids $!"
until_ "$waits and granted"
send set_ben "$(sets ben 4x6)"
all
is "$(cat "$work/set_ana") $(cat "$work/set_ben")" "policy_set policy_changed" "the second sees what the first did"
is "$(sql -c "select string_agg(value #>> '{}', ' ') from clinic.policy_setting where policy = 'paper_size'")" letter "and one setting is there"
is "$(cat "$work/failed")" "" "nothing of that failed"
race_end
