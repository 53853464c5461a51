#!/bin/sh
# two-nodes.sh: clinic 101 and lab 1, two private clusters that replicate to each other. The lab writes first
# about some subjects, is killed in mid-stream and comes back; in the end both hold the same, verified.
set -eu
# shellcheck source=tests/schema/nodes.sh
. "$(dirname "$0")/nodes.sh"
lab_data=$PG_DATA
lab_log=$PG_LOG
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
notices=$dir/notices

until_equal() { # seconds, cluster, query, cluster, query
	tries=$(($1 * 5))
	while [ "$tries" -gt 0 ]; do
		[ "$(at "$2" -c "$3")" != "$(at "$4" -c "$5")" ] || return 0
		tries=$((tries - 1))
		sleep 0.2
	done
	echo "# gave up waiting for $3"
}

# --- join -----------------------------------------------------------------------------------------
nodes_join
test_functions="
	create function custody.test_sign() returns int language plpgsql as \$\$
	declare d custody.seal_draft; made int := 0;
	begin
		for d in select * from custody.seal_next() loop
			perform custody.seal_put(d.seal_id, decode(repeat('ab', 64), 'hex'), decode(repeat('cd', 32), 'hex'));
			made := made + 1;
		end loop;
		return made;
	end \$\$;
	create view custody.test_seal_wrong as
		select s.* from (select s.*, lag(s.no, 1, 0) over w as prev_no, lag(s.to_id, 1, s.node::bigint << 40) over w as prev_to,
				lag(sha256(custody.seal_bytes(s.*::custody.seal)), 1, decode(repeat('00', 32), 'hex')) over w as want_prev
			from custody.seal s window w as (partition by node, home, lab order by no)) s
		where no <> prev_no + 1 or from_id <> prev_to + 1 or prev_hash <> want_prev
			or not exists (select from custody.event e
				where e.event_id between s.from_id and s.to_id and e.home = s.home and e.lab = s.lab
				having count(*) = s.count and custody.merkle_root(array_agg(e.hash order by e.event_id)) = s.root);
	-- links of events that are here to events that are not, or that are others
	create view custody.test_link_wrong as
		select e.event_id from custody.event e, string_to_table(nullif(e.after, ''), ',') l,
			lateral (select split_part(l, ':', 1)::int, split_part(l, ':', 2)::int, split_part(l, ':', 3)) p (node, n, hash)
		where not exists (select from custody.event o where o.subject = e.subject and o.event_id >> 40 = p.node
			and o.n = p.n and encode(o.hash, 'hex') = p.hash);"
clinic "$test_functions"
lab "$test_functions"

# Both write before they know each other: 1-20 the clinic only, 21-30 the lab first and alone.
clinic "select custody.append(custody.id_make('specimen', 101, g), 'label_printed', '{}', 1, 1, lab => 1) from generate_series(1, 20) g;
	select custody.append(custody.id_make('specimen', 101, g), 'scanned', '{}', 1, 1) from generate_series(1, 5) g" >/dev/null
lab "select custody.append(custody.id_make('specimen', 101, g), 'accepted', '{}', 1, 1, lab => 1) from generate_series(21, 30) g" >/dev/null
subscribe "$CLINIC" 101 "$LAB" 1
subscribe "$LAB" 1 "$CLINIC" 101
shared="select count(*) from custody.event where home = 101 and lab = 1"
until_equal 30 "$LAB" "$shared" "$CLINIC" "select 30"
until_equal 30 "$CLINIC" "$shared" "$LAB" "select 30"
is "the first copy brings what was there, both ways" "$(clinic "$shared") $(lab "$shared")" "30 30"
is "what is for the clinic alone stays there" "$(lab "select count(*) from custody.event where lab = 0")" 0
is "the lab's word stands though the clinic writes later" "$(
	clinic "select custody.append(custody.id_make('specimen', 101, 21), 'label_printed', '{}', 1, 1, lab => 1)" >/dev/null
	clinic "select (custody.state(custody.id_make('specimen', 101, 21))).kind")" accepted

# --- a bag ------------------------------------------------------------------------------------------
clinic "select custody.append(custody.id_make('specimen', 101, g), 'collected', '{}', 1, 1, lab => 1) from generate_series(60, 62) g;
	select custody.append(custody.id_make('bag', 101, 1), 'bag_opened', '{\"at\": \"clinic\", \"class\": \"REF\"}', 1, 1, lab => 1);
	select custody.append(custody.id_make('specimen', 101, 60), 'packed', jsonb_build_object('bag', custody.id_make('bag', 101, 1)), 1, 1, lab => 1);
	select custody.append(custody.id_make('bag', 101, 1), 'bag_closed', jsonb_build_object('class', 'REF', 'tubes', (select jsonb_agg(jsonb_build_array(subject,
		encode(hash, 'hex'))) from custody.head where subject in (select custody.id_make('specimen', 101, g) from generate_series(60, 62) g))), 1, 1, lab => 1);
	select custody.append(custody.id_make('bag', 101, 1), 'departed', '{\"courier\": 7}', 1, 1, lab => 1)" >/dev/null
bags="select string_agg(coalesce((clinic.specimen_bag(custody.id_make('specimen', 101, g))).bag, 'none'), ' ' order by g)
	|| ' ' || (select count(*) from clinic.bag_content) || ' ' || (select coalesce(string_agg(bag || kind || here, ' '), 'arrived') from clinic.bag_under_way) from generate_series(60, 62) g"
until_equal 30 "$LAB" "select count(*) from clinic.bag_under_way where kind = 'departed'" "$LAB" "select 1"
b1=$(lab "select custody.id_make('bag', 101, 1)")
is "what a bag of the clinic holds is known at the lab" "$(lab "$bags")" "$b1 $b1 $b1 3 ${b1}departedfalse"
lab "select custody.append('$b1', 'arrived', '{}', 1, 1, lab => 1);
	select custody.append(custody.id_make('specimen', 101, g), 'accepted', '{}', 1, 1, lab => 1) from generate_series(60, 61) g" >/dev/null
until_equal 30 "$CLINIC" "$bags" "$LAB" "$bags"
is "and what the lab took out of it at the clinic" "$(clinic "$bags")" "none none $b1 3 arrived"

# --- stream, kill, come back ----------------------------------------------------------------------
# Each line one transaction; what psql prints is acknowledged.
i=0
while [ $i -lt 300 ]; do
	i=$((i + 1))
	for kind in label_printed labelled collected packed; do
		echo "select (custody.append(custody.id_make('specimen', 101, $((100 + i))), '$kind', '{}', 1, 1, lab => 1)).event_id;"
	done
done >"$dir/clinic.sql"
i=0
while [ $i -lt 300 ]; do
	i=$((i + 1))
	# from the far end, so that most are unknown to the lab yet
	echo "select (custody.append(custody.id_make('specimen', 101, $((401 - i))), '$([ $((i % 3)) = 0 ] && echo rejected || echo accepted)', '{}', 1, 1, lab => 1)).event_id;"
	echo "select (custody.append(custody.id_make('specimen', 101, $((100 + i))), 'scanned', '{}', 1, 1, lab => 1)).event_id;"
done >"$dir/lab.sql"
split -l 300 "$dir/lab.sql" "$dir/lab.part."
at "$CLINIC" -f "$dir/clinic.sql" >"$dir/clinic.acked" &
clinic_writer=$!
at "$LAB" -f "$dir/lab.part.aa" >"$dir/lab.acked" 2>>"$dir/notices" &
lab_writer=$!
while [ "$(wc -l <"$dir/lab.acked")" -lt 100 ]; do
	sleep 0.05
done
kill -9 "$(head -n 1 "$lab_data/postmaster.pid")"
wait "$lab_writer" && writer_status=0 || writer_status=$?
is "the lab was killed while it wrote" "$([ "$writer_status" != 0 ] && [ "$(wc -l <"$dir/lab.acked")" -lt 300 ] && echo yes)" yes
is "the clinic writes on meanwhile" "$(clinic "select (custody.append(custody.id_make('specimen', 101, 50), 'label_printed', '{}', 1, 1, lab => 1)).kind")" label_printed
start_lab() {
	if [ -n "$PG_AS" ]; then
		setpriv --reuid "$PG_AS" --regid "$(id -g "$PG_AS")" --clear-groups \
			"$PG_BINDIR/pg_ctl" -D "$lab_data" -l "$lab_log" -w start
	else
		"$PG_BINDIR/pg_ctl" -D "$lab_data" -l "$lab_log" -w start
	fi >/dev/null 2>&1
}
tries=50
until start_lab; do # its orphans need a moment to see that it is gone
	tries=$((tries - 1))
	[ $tries -gt 0 ] || { cat "$lab_log"; exit 1; }
	sleep 0.2
done
at "$LAB" -f "$dir/lab.part.ab" >>"$dir/lab.acked"
wait "$clinic_writer"
lab "select count(pg_terminate_backend(pid)) from pg_stat_replication" >/dev/null
clinic "select custody.append(custody.id_make('specimen', 101, 51), 'label_printed', '{}', 1, 1, lab => 1)" >/dev/null
until_equal 60 "$CLINIC" "$shared" "$LAB" "$shared"

everything="select count(*) || ' ' || md5(string_agg(encode(custody.event_hash(e), 'hex') || encode(e.hash, 'hex'), '' order by event_id))
	from custody.event e where home = 101 and lab = 1"
states="select count(*) || ' ' || md5(string_agg(subject || custody.state(subject)::text, ' ' order by subject))
	from (select distinct subject from custody.event where home = 101 and lab = 1) s"
heads="select count(*) || ' ' || md5(string_agg(h::text, ' ' order by subject, node)) from custody.head h
	where subject not in (select custody.id_make('specimen', 101, g) from generate_series(1, 5) g)"
is "both sides hold the same events" "$(lab "$everything")" "$(clinic "$everything")"
is "and the same states" "$(lab "$states")" "$(clinic "$states")"
is "and the same heads" "$(lab "$heads")" "$(clinic "$heads")"
is "many events were written" "$(clinic "select count(*) > 1500 from custody.event")" t
is "many subjects had the lab first" "$(lab "select count(distinct subject) > 50 from custody.event where event_id >> 40 = 1 and n = 1 and after = ''")" t
acked=$(sort "$dir/lab.acked" "$dir/clinic.acked" | uniq | tr '\n' ',' | sed 's/,$//')
for side in "$CLINIC" "$LAB"; do
	name=$([ "$side" = "$LAB" ] && echo lab || echo clinic)
	is "$name: every acknowledged event is there" \
		"$(at "$side" -c "select count(*) from unnest('{$acked}'::bigint[]) a where not exists (select from custody.event where event_id = a)")" 0
	is "$name: every hash fits" "$(at "$side" -c "select count(*) from custody.event e where custody.event_hash(e) <> hash")" 0
	is "$name: no event came twice" "$(at "$side" -c "select count(*) - count(distinct event_id) from custody.event")" 0
	is "$name: every chain counts 1, 2, 3" "$(at "$side" -c "select count(*) from (select max(n) <> count(*) as gap from custody.event
		where lab = 1 and subject not in (select subject from custody.event where lab = 0) group by subject, event_id >> 40) g where gap")" 0
	is "$name: a rebuild changes nothing" "$(at "$side" -c "select custody.rebuild()")" 0
	is "$name: nothing was refused" "$(at "$side" -c "select count(*) from custody.refused")" 0
	is "$name: its subscription is enabled and its worker runs" "$(at "$side" -c "select bool_and(subenabled and pid is not null)
		from pg_subscription join pg_stat_subscription on subid = oid where relid is null")" t
	is "$name: the apply role is a superuser no more" "$(at "$side" -c "select bool_or(rolsuper) from pg_roles where rolname like 'specimend%'")" f
done
is "no link leads nowhere (the lab sees all that its chains need)" "$(lab "select count(*) from custody.test_link_wrong
	where event_id in (select event_id from custody.event where subject not in (select custody.id_make('specimen', 101, g) from generate_series(1, 5) g))")" 0
is "at the clinic no link at all" "$(clinic "select count(*) from custody.test_link_wrong")" 0

# --- seals ----------------------------------------------------------------------------------------
is "both sign" "$(clinic "select custody.test_sign()") $(lab "select custody.test_sign()")" "2 1"
clinic "select custody.append(custody.id_make('specimen', 101, 52), 'label_printed', '{}', 1, 1, lab => 1); select custody.test_sign()" >/dev/null
seals="select string_agg(format('%s/%s/%s/%s', node, home, lab, no), ' ' order by node, home, lab, no) from custody.seal where lab = 1"
until_equal 30 "$LAB" "$seals" "$CLINIC" "$seals"
until_equal 30 "$LAB" "$shared" "$CLINIC" "$shared"
is "seals travel with their events" "$(lab "$seals")" "1/101/1/1 101/101/1/1 101/101/1/2"
is "to the other side only what is for it" "$(lab "select count(*) from custody.seal where lab = 0") $(clinic "select count(*) from custody.seal where lab = 0")" "0 1"
is "every seal can be rebuilt on both sides" "$(lab "select count(*) from custody.test_seal_wrong") $(clinic "select count(*) from custody.test_seal_wrong")" "0 0"

# --- a hub, a repeated copy, a forger -------------------------------------------------------------
lab "with e as (select jsonb_populate_record(null::custody.event, jsonb_build_object('event_id', 2::bigint << 40 | 1, 'subject', custody.id_make('specimen', 101, 1),
		'home', 101, 'lab', 1, 'n', 1, 'kind', 'arrived', 'moves', true, 'occurred_at', now(), 'recorded_at', now(), 'after', '', 'body', '{}',
		'stored_at', now())) as e)
	insert into custody.event select (jsonb_populate_record(e, jsonb_build_object('hash', custody.event_hash(e)))).* from e"
until_equal 30 "$CLINIC" "select count(*) from custody.event where event_id >> 40 = 2" "$LAB" "select 1"
is "the lab passes on what a third node wrote" "$(clinic "select kind from custody.event where event_id >> 40 = 2")" arrived

before=$(lab "select count(*), max(stored_at) from custody.event")
lab "drop subscription n101_to_1"
subscribe "$LAB" 1 "$CLINIC" 101
until_equal 30 "$LAB" "select count(*) from pg_subscription_rel where srsubstate <> 'r'" "$LAB" "select 0"
is "a copy made anew changes nothing" "$(lab "select count(*), max(stored_at) from custody.event")" "$before"
is "and is no alarm" "$(lab "select count(*) from custody.refused") $(lab "select count(*) from custody.seal")" "0 3"

clinic "insert into custody.event (event_id, subject, home, lab, n, kind, moves, occurred_at, recorded_at, after, body, hash)
	values (custody.row_id(nextval('custody.event_seq')), custody.id_make('specimen', 101, 53), 101, 1, 1, 'accepted', true, now(), now(), '', '{}', sha256('forged'))"
until_equal 30 "$LAB" "select count(*) from custody.refused" "$LAB" "select 1"
is "a forged event is kept apart, whole, with via whom" "$(lab "select via || ': ' || why || ', ' || (line ->> 'subject') from custody.refused")" \
	"specimend_apply_101: the hash does not fit the event, $(lab "select custody.id_make('specimen', 101, 53)")"
clinic "select custody.append(custody.id_make('specimen', 101, 54), 'label_printed', '{}', 1, 1, lab => 1)" >/dev/null
until_equal 30 "$LAB" "select (custody.state(custody.id_make('specimen', 101, 54))).kind" "$LAB" "select 'label_printed'"
is "and stops nobody" "$(lab "select (custody.state(custody.id_make('specimen', 101, 54))).kind")" label_printed
# A link that is cut or a server that is gone is an ERROR of the worker too; any other would stop it for good.
grep -hE 'logical replication .*worker.* ERROR' "$lab_log" "$CLINIC/log" >"$dir/errors" || :
# "already active": a worker that comes before the one it follows has gone; PostgreSQL starts it again.
is "no apply worker met an error but that its link was cut" "$(grep -vE 'WAL stream|could not connect|connection|terminat|origin with ID [0-9]+ is already active' "$dir/errors" || :)" ""
is "its link was cut indeed" "$([ -s "$dir/errors" ] && echo yes)" yes

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
