#!/bin/sh
# bag_race.sh: several people pack at once: one tube into two bags, two bags closed over the same tubes, one bag closed
# twice, one bag taken by two couriers. Whatever comes first, a tube is never in two bags and nothing is lost.
set -eu
# shellcheck source=tests/schema/race.sh
. "$(dirname "$0")/race.sh"
cd "$tests/schema/bag"

# Eight ambient tubes and four cold ones; Ana and Ben each have a bag. Cy and Dee are couriers.
sql -c 'set search_path = tap, pg_catalog' -f - >/dev/null <<'SQL'
\i setup.sql
insert into person select name, clinic.operator_add(name, initials, roles, '$argon2id$not-a-real-hash') from (values
	('Dee Driver', 'DD', array['courier'])) p (name, initials, roles);
insert into clinic.station (station_id, code, name, kind, room_group)
	values (custody.row_id(nextval('clinic.station_seq')), custody.id_next('station'), 'Phone 2', 'pickup', 'road');
select pg_temp.ok_(api.station_bind(gen_random_uuid(), 'core', jsonb_build_object('code', clinic.station_code(s.code),
	'token_hash', pg_temp.token_hash('phone2')))) from clinic.station s where name = 'Phone 2';
select pg_temp.sign_in('Dee Driver', 'phone2');
select pg_temp.drawn(f, 'Ann', array['CBC']) from unnest(array['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H']) f;
select pg_temp.drawn(f, 'Ben', array['CMP']) from unnest(array['I', 'J', 'K', 'L']) f;
SQL
sql -c "select custody.id_next('bag') from generate_series(1, 4)" >"$work/bags"
bag() { sed -n "${1}p" "$work/bags"; }
tubes() { sql -c "select s.specimen_id from clinic.specimen s, clinic.tubes_keyed(array[s.specimen_id]) k where k.class = 'AMB' order by 1"; }
is "$(tubes | wc -l)" 8 "eight drawn tubes"
# what must hold at any time: each tube has one bag at most, and the closings of two bags never hold the same tube
whole() {
	is "$(cat "$work/failed")" "" "$1: nothing is lost"
	is "$(sql -c "select count(*) from (select c.specimen_id from clinic.bag_content c join clinic.bag_trip(c.bag) t on t.closed = c.event_id
		where (clinic.specimen_bag(c.specimen_id)).bag = c.bag group by 1 having count(*) > 1) x")" 0 "$1: no tube is in two closed bags"
	is "$(sql -c "select count(*) from clinic.bag_content c join clinic.bag_trip(c.bag) t on t.closed = c.event_id
		where (clinic.specimen_bag(c.specimen_id)).bag is distinct from c.bag")" 0 "$1: what a closing lists is in that bag"
	is "$(sql -c "select custody.rebuild()")" 0 "$1: a rebuild changes nothing"
	is "$(sql -c "select bool_and(custody.event_hash(e) = e.hash) from custody.event e")" t "$1: every chain is whole"
}

# ---- one tube by two hands into two bags
act open bag_open ana "{\"bag\": \"$(bag 1)\", \"class\": \"AMB\"}"
act open bag_open ben "{\"bag\": \"$(bag 2)\", \"class\": \"AMB\"}"
one=$(tubes | head -n 1)
for n in 1 2 3 4; do
	scan ana "$one" "one.$n" & pids="$pids $!"
	scan ben "$one" "one.$n" & pids="$pids $!"
done
all
is "$(cat "$work"/one.* | sort | uniq | tr '\n' ' ')" "packed packed_already tube_in_bag " "one hand has it, the other is told so"
is "$(sql -c "select count(*) from custody.event where subject = '$one' and kind = 'packed'")" 1 "it is packed once"
whole "one tube"

# ---- all tubes crosswise, then both close at once
for tube in $(tubes); do
	scan ana "$tube" cross & pids="$pids $!"
	scan ben "$tube" cross & pids="$pids $!"
	all
done
act close bag_close ana '{}' & pids="$pids $!"
act close bag_close ben '{}' & pids="$pids $!"
all
is "$(sql -c "select count(*), count(distinct specimen_id) from clinic.bag_content")" "8|8" "eight tubes in two bags, each in one"
whole "crosswise"

# ---- a closed bag is opened again while a tube of it goes into another: what is derived is what the events say
again=$(sql -c "select bag from clinic.bag_under_way where kind = 'bag_closed' order by 1 limit 1")
moved=$(sql -c "select specimen_id from clinic.bag_content where bag = '$again' order by 1 limit 1")
other=$(sql -c "select custody.id_next('bag')")
why=$(sql -c "select code from clinic.reason where kind = 'pack' limit 1")
act again bag_open ben "{\"bag\": \"$other\", \"class\": \"AMB\"}"
scan ben "$moved" again
sql -c "begin" -c "select api.tube_pack(gen_random_uuid(), 'ben', '{\"specimen_id\": \"$moved\", \"reason\": \"$why\"}')" -c "select pg_sleep(2)" -c "commit" >"$work/moved" & pids="$pids $!"
sleep 1
act again bag_open ana "{\"bag\": \"$again\"}"
all
is "$(tail -n 1 "$work/again")" bag_open_again "the bag is open again"
is "$(sql -c "select bag from clinic.tube_here where specimen_id = '$moved'")" "$other" "the tube is in the bag it went into"
whole "opened again"

# ---- counted, not scanned: two bags are closed over the same four tubes
for who in ana ben; do
	scan "$who" "$(bag "$([ $who = ana ] && echo 3 || echo 4)")" count
	act count bag_count "$who" '{"count": 4}'
done
act both bag_close ana '{}' & pids="$pids $!"
act both bag_close ben '{}' & pids="$pids $!"
all
is "$(sort "$work/both" | tr '\n' ' ')" "bag_closed bag_is_empty " "one bag has them, the other is empty"
whole "counted"

# ---- one bag at two phones
closed=$(sql -c "select bag from clinic.bag_under_way where kind = 'bag_closed' order by 1 limit 1")
stop=$(sql -c "select stop from clinic.stop")
scan cy "$stop" stop
scan dee "$stop" stop
for n in 1 2 3; do
	scan cy "$closed" taken & pids="$pids $!"
	scan dee "$closed" taken & pids="$pids $!"
done
all
is "$(sql -c "select count(*) > 1 from custody.event where subject = '$closed' and kind = 'departed'")" t "both have scanned it"
is "$(grep -c bag_unlisted "$work/taken" | sed 's/[1-9][0-9]*/some/')" some "the second is told"
is "$(sql -c "select count(*) from clinic.bag_under_way where bag = '$closed' and operator_id is not null")" 1 "one has it: who scanned last"
whole "two phones"

# ---- one hold ended by four at once
sql -c "insert into clinic.operator_role (operator_id, role) select operator_id, 'lab_lead' from clinic.operator where name = 'Ana Ruiz'" >/dev/null
act held mistake ana "{\"bag\": \"$closed\"}"
for n in 1 2 3 4; do
	act over release ana "{\"bag\": \"$closed\", \"reason\": \"cleared\"}" & pids="$pids $!"
done
all
is "$(sql -c "select count(*) from custody.event where subject = '$closed' and kind = 'released'")" 1 "a hold ends once"
is "$(sort "$work/over" | uniq -c | tr -s ' ' | tr '\n' ',')" " 4 bag_hold_released," "each is told so"
whole "hold ended"
race_end
