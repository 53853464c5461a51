#!/bin/sh
# lab_nodes.sh: the laboratory on a node of its own. Clinic 101 writes and its events come to lab 1, sooner or later; the
# lab has no row of a patient or a tube and receives by what events say.
set -eu
# shellcheck source=tests/schema/nodes.sh
. "$(dirname "$0")/nodes.sh"
wait_for() { # cluster, query that becomes true
	tries=150
	while [ "$tries" -gt 0 ]; do
		[ "$(at "$1" -c "$2")" != t ] || return 0
		tries=$((tries - 1))
		sleep 0.2
	done
	echo "# gave up waiting for $2"
}
scan() { # code, and who is at the bench
	lab "select concat_ws(' ', r ->> 'verdict', r ->> 'code') from api.scan(gen_random_uuid(), '${2:-rex}',
		jsonb_build_object('raw', replace(encode('$1'::bytea, 'base64'), E'\n', ''))) r"
}
here() { # every event of the clinic that is for the lab is there
	wait_for "$LAB" "select count(*) = $(clinic "select count(*) from custody.event where lab = 1 and event_id >> 40 = 101") from custody.event where lab = 1 and event_id >> 40 = 101"
}
home() { # and of the lab at the clinic
	wait_for "$CLINIC" "select count(*) = $(lab "select count(*) from custody.event where home = 101 and event_id >> 40 = 1") from custody.event where event_id >> 40 = 1"
}

# --- join, as schema/README.md says ------------------------------------------------------------------
nodes_join
subscribe "$CLINIC" 101 "$LAB" 1
subscribe "$LAB" 1 "$CLINIC" 101
# A bench with Rex, and a lead; nobody else is known at the lab.
lab "insert into clinic.station (station_id, code, name, kind, room_group)
		select custody.row_id(nextval('clinic.station_seq')), custody.id_next('station'), n, 'receiving', 'lab' from unnest(array['Dock', 'Bench']) n;
	select clinic.operator_add(n, 'XX', array[r], '\$argon2id\$none') from (values ('Rex', 'receiver'), ('Rita', 'receiver')) x (n, r);
	insert into clinic.session (token_hash, kind, operator_id, station_id, expires_at)
		select sha256(convert_to(lower(o.name), 'UTF8')), 'operator', o.operator_id,
			(select station_id from clinic.station where name = case o.name when 'Rex' then 'Bench' else 'Dock' end), 'infinity' from clinic.operator o" >/dev/null
clinic "create function clinic.test_event(subject text, kind text, body jsonb default '{}') returns bigint language sql as
		\$\$ select (custody.append(subject, kind, body, 101::bigint << 40 | 7, 101::bigint << 40 | 1, lab => 1)).event_id \$\$;
	create function clinic.test_draw(n int) returns text language plpgsql as \$\$
	declare
		tube text := custody.id_make('specimen', 101, n);
	begin
		perform clinic.test_event(tube, k, '{\"copy\": 1}') from unnest(array['prepared', 'label_printed', 'labelled', 'collected']) k;
		return tube;
	end \$\$;
	-- a bag with these tubes, closed and taken by courier 9
	create function clinic.test_send(no int, tubes text[]) returns text language plpgsql as \$\$
	declare
		bag text := custody.id_make('bag', 101, no);
	begin
		perform clinic.test_event(bag, 'bag_opened', '{\"lab_id\": null, \"class\": \"AMB\", \"stat\": false, \"at\": \"clinic\"}');
		perform clinic.test_event(bag, 'bag_closed', jsonb_build_object('lab_id', null, 'class', 'AMB', 'stat', true, 'how', 'count', 'count', cardinality(tubes),
			'tubes', (select jsonb_agg(jsonb_build_array(t, encode(h.hash, 'hex')) order by t) from unnest(tubes) t join custody.head h on h.subject = t)));
		perform clinic.test_event(bag, 'departed', jsonb_build_object('courier', 101::bigint << 40 | 9));
		return bag;
	end \$\$;" >/dev/null
draw() { clinic "select clinic.test_draw($1)"; }
send() { # number, tubes with commas between
	clinic "select clinic.test_send($1, '{$2}')"
}
balances="select coalesce(string_agg(b::text, ' ') filter (where b -> 'ok' <> 'true'), 'balances') from jsonb_array_elements(clinic.ledger_view(null) -> 'balance') b"
state() { at "$1" -c "select (custody.state('$2')).kind"; }
receiving() { lab "select api.receiving('rex', '{}') #> '{data,$1}'"; }

# --- the events are here before the bag ----------------------------------------------------------------
t1=$(draw 1) t2=$(draw 2) t3=$(draw 3) t4=$(draw 4) t5=$(draw 5)
bag=$(send 1 "$t1,$t2,$t3,$t4,$t5")
clinic "select clinic.test_event('$t4', 'held', '{\"why\": \"mistake\"}'); select clinic.test_event('$t5', 'order_cancelled')" >/dev/null
here
is "what is in the bag is known at the lab" "$(lab "select string_agg(specimen_id, ',' order by specimen_id) from clinic.bag_content")" "$t1,$t2,$t3,$t4,$t5"
is "the lab has no row of any tube" "$(lab "select count(*) from clinic.specimen")" 0
is "a bag arrives: the last of its courier, of whom the lab has no badge" "$(scan "$bag" rita)" "complete bags_complete"
is "by pickup" "$(lab "select body::jsonb ->> 'without_pickup' from custody.event where subject = '$bag' and kind = 'arrived'")" false
is "STAT, says its closing" "$(receiving open_first,0,why)" '"STAT"'
is "opened at the bench" "$(scan "$bag")" "stored bag_opened"
is "a tube is received" "$(scan "$t1")" "stored accepted"
is "by its square code too" "$(scan "$(lab "select custody.id_make('label', 101, 2, 1)")")" "stored accepted"
is "with delivery and bag" "$(lab "select (body::jsonb ->> 'expected_bag') || ' ' || (body::jsonb -> 'flags')::text from custody.event where subject = '$t1' and kind = 'accepted'")" "$bag []"
is "the screen shows what is known: no patient" "$(receiving last,patient)" null
is "but the tube and how it stands" "$(receiving last,state)" '"accepted"'
is "what the clinic stopped is red" "$(scan "$t4")" "stop on_hold"
lab "update clinic.alarm set answered_at = now(), choice = 'tube_set_aside'" >/dev/null
is "what was cancelled is held" "$(scan "$t5")" "question order_was_cancelled"
is "an unknown number of no clinic of ours" "$(scan "$(lab "select custody.id_make('specimen', 102, 5)")")" "question unknown_code"
is "one missing" "$(receiving deliveries,0,missing)" 1
home
is "the clinic sees what was received" "$(state "$CLINIC" "$t1")" accepted
is "and held" "$(state "$CLINIC" "$t5")" held
is "and that its bag arrived" "$(clinic "select count(*) from custody.event where subject = '$bag' and kind = 'arrived'")" 1
delivery=$(lab "select delivery from clinic.delivery order by opened_at desc limit 1")
is "the delivery is closed" "$(lab "select api.delivery_close(gen_random_uuid(), 'rex', jsonb_build_object('delivery', '$delivery')) ->> 'code'")" delivery_closed_short
home
is "the clinic learns what is missing" "$(clinic "select body::jsonb ->> 'why' from custody.event where subject = '$t3' and kind = 'discrepancy_opened'")" missing
is "it comes: late" "$(scan "$t3")" "question late_tube"

# --- the tube is here before the events -------------------------------------------------------------------
lab "alter subscription n101_to_1 disable"
t6=$(draw 6) t7=$(draw 7) t8=$(draw 8)
bag2=$(send 2 "$t6,$t7,$t8")
clinic "select clinic.test_event('$t8', 'held', '{\"why\": \"mistake\"}')" >/dev/null
is "a bag of which nothing is here yet is taken" "$(scan "$bag2" rita)" "question bag_unknown"
is "and opened" "$(scan "$bag2")" "stored bag_opened_all"
is "a tube of a clinic that is not heard from is received, and is no question" "$(scan "$t6")" "stored accepted_early"
is "one that was stopped cannot be told" "$(scan "$t8")" "stored accepted_early"
is "scanned again it is a soft note" "$(scan "$t6" rita)" "repeat accepted_already"
is "the ledger balances without the clinic" "$(lab "$balances")" balances
lab "alter subscription n101_to_1 enable"
here
home
is "the events come: what was received is received, on both sides" "$(state "$LAB" "$t6") $(state "$CLINIC" "$t6")" "accepted accepted"
is "what was stopped is on hold, on both sides" "$(state "$LAB" "$t8") $(state "$CLINIC" "$t8")" "held held"
is "and on the list of questions" "$(lab "select string_agg(q ->> 'kind', ' ') from jsonb_array_elements(api.receiving('rex', '{}') #> '{data,questions}') q where q ->> 'specimen_id' = '$t8'")" held
is "scanned now it is red" "$(scan "$t8" rita)" "stop on_hold"
is "the bag's content is known now: one is open" "$(lab "select b - 'since' - 'flags' from jsonb_array_elements(api.receiving('rex', '{}') #> '{data,bags}') b where b ->> 'bag' = '$bag2'" \
	| tr -d ' ')" "$(lab "select jsonb_build_object('bag', '$bag2', 'class', 'AMB', 'stat', true, 'state', 'opened', 'tubes', 3, 'done', 2, 'delivery', (select delivery from clinic.delivery order by opened_at desc limit 1))" | tr -d ' ')"
is "the last tube completes it" "$(scan "$t7")" "complete delivery_complete"
home
is "the ledger balances at the lab" "$(lab "$balances")" balances
is "and at the clinic" "$(clinic "$balances")" balances
is "the lab counts eight tubes, each once" "$(lab "select t ->> 'accepted' || ' ' || (t ->> 'held') || ' ' || (t ->> 'missing') || ' ' || (t ->> 'unlisted') from (select clinic.ledger_view(null) -> 'tubes') x (t)")" "5 3 0 0"

# --- a label printed ahead comes before its clinic entered whose it is -----------------------------------
dt=$(clinic "select custody.id_make('specimen', 101, 77)")
clinic "select clinic.test_event('$dt', 'remark', '{\"remark\": \"downtime_label\"}')" >/dev/null
here
is "a downtime label that nobody entered is set aside" "$(scan "$dt")" "question downtime_unsaid"
is "and again" "$(scan "$dt")" "question downtime_unsaid"
clinic "select clinic.test_event('$dt', k, '{\"copy\": 1}') from unnest(array['prepared', 'label_printed', 'labelled', 'collected']) k" >/dev/null
here
is "its clinic has entered it: scanned again it is received" "$(scan "$dt")" "question tube_not_packed"
home
is "on both sides" "$(state "$LAB" "$dt") $(state "$CLINIC" "$dt")" "accepted accepted"
is "the ledger balances with it at the lab" "$(lab "$balances")" balances
is "and with it at the clinic" "$(clinic "$balances")" balances

for side in "$CLINIC" "$LAB"; do
	name=$([ "$side" = "$LAB" ] && echo lab || echo clinic)
	is "$name: nothing was refused" "$(at "$side" -c "select count(*) from custody.refused")" 0
	is "$name: what is derived is as the events say" "$(at "$side" -c "select custody.rebuild()")" 0
done
states="select md5(string_agg(subject || (custody.state(subject)).kind, ' ' order by subject)) from (select distinct subject from custody.event where home = 101 and lab = 1) s"
is "both sides hold the same states" "$(lab "$states")" "$(clinic "$states")"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
