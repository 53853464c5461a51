#!/bin/sh
# lab_race.sh: several stations at one delivery at once: one tube by many, a bag's tubes crosswise, a courier's badge at
# two docks, a delivery closed while tubes are scanned. Each fact is there once and nothing is lost.
set -eu
# shellcheck source=tests/schema/race.sh
. "$(dirname "$0")/race.sh"
cd "$tests/schema/lab"

sql -c 'set search_path = tap, pg_catalog' -f - >/dev/null <<'SQL'
\i setup.sql
create table clinic.test_tube as select t, n from unnest(pg_temp.drawn_fast(14)) with ordinality u (t, n);
create table clinic.test_bag as select pg_temp.sent(array(select t from clinic.test_tube where n <= 8)) as b
	union all select pg_temp.sent(array(select t from clinic.test_tube where n > 8));
create table clinic.test_badge as select name, badge from person;
create table clinic.test_late as select t, pg_temp.sent(array[t], '{}', null) as b from unnest(pg_temp.drawn_fast(1)) t;
SQL
cy=$(sql -c "select badge from clinic.test_badge where name = 'Cy Courier'")

# ---- one courier's badge at two docks, three times each
for n in 1 2 3; do
	scan rita "$cy" badge & pids="$pids $!"
	scan lea "$cy" badge & pids="$pids $!"
done
all
is "$(sql -c "select count(*) from clinic.delivery")" 1 "a badge scanned at two docks at once opens one delivery"
is "$(wc -l <"$work/badge")" 6 "each is answered"

# ---- one bag at both
first=$(sql -c "select min(b) from clinic.test_bag")
second=$(sql -c "select max(b) from clinic.test_bag")
for n in 1 2 3; do
	scan rita "$first" bag & pids="$pids $!"
	scan lea "$first" bag & pids="$pids $!"
done
all
is "$(sort "$work/bag" | uniq -c | tr -s ' ' | tr '\n' ',')" " 1 arrived, 5 arrived_already," "a bag arrives once"
scan rita "$second" bag2
sql -c "delete from clinic.station_work" >/dev/null

# ---- one tube, eight scans at two benches
one=$(sql -c "select t from clinic.test_tube where n = 1")
for n in 1 2 3 4; do
	scan rex "$one" one & pids="$pids $!"
	scan lea "$one" one & pids="$pids $!"
done
all
is "$(sort "$work/one" | uniq -c | tr -s ' ' | tr '\n' ',')" " 1 accepted, 7 accepted_already," "one of eight receives the tube"
is "$(sql -c "select count(*) from custody.event where subject = '$one' and kind = 'accepted'")" 1 "one event says so"

# ---- the tubes of a bag crosswise: one station counts up, one counts down, a third opens the bag
for n in 2 3 4 5 6 7 8; do
	scan rex "$(sql -c "select t from clinic.test_tube where n = $n")" cross & pids="$pids $!"
	scan lea "$(sql -c "select t from clinic.test_tube where n = 10 - $n")" cross & pids="$pids $!"
done
scan rita "$first" opened & pids="$pids $!"
all
is "$(grep -c accepted_already "$work/cross")" 7 "of each tube one scan is the second"
is "$(grep -vc accepted_already "$work/cross")" 7 "and one the first"
is "$(sql -c "select array_to_string(array[tubes, done, complete::int], ' ') from clinic.bag_progress('$first', clinic.bag_arrival('$first'))")" "8 8 1" "the bag is complete"

# ---- a reason waits for one tube, and six are scanned at that station at once
act armed reject rex '{"reason": "leaked"}'
for n in 2 3 4 5 6 7; do
	scan rex "$(sql -c "select t from clinic.test_tube where n = $n")" reject & pids="$pids $!"
done
all
is "$(cat "$work/armed")" scan_to_reject "the reason first"
is "$(sort "$work/reject" | uniq -c | tr -s ' ' | tr '\n' ',')" " 5 accepted_already, 1 rejected," "one of six is the one"

# ---- closed while its tubes are scanned: each is received in time, or late and missed no more
delivery=$(sql -c "select delivery from clinic.delivery")
for n in 9 10 11; do
	scan rex "$(sql -c "select t from clinic.test_tube where n = $n")" close & pids="$pids $!"
done
sql -c "select api.delivery_close(gen_random_uuid(), 'lea', '{\"delivery\": \"$delivery\"}') ->> 'code'" >>"$work/closed" 2>>"$work/errors" & pids="$pids $!"
sql -c "select api.delivery_close(gen_random_uuid(), 'rita', '{\"delivery\": \"$delivery\"}') ->> 'code'" >>"$work/closed" 2>>"$work/errors" & pids="$pids $!"
for n in 12 13 14; do
	scan rex "$(sql -c "select t from clinic.test_tube where n = $n")" close & pids="$pids $!"
done
all
is "$(grep -c already "$work/closed")" 1 "a delivery is closed once"
is "$(sql -c "select count(*) from custody.event where kind = 'accepted'")" 14 "every tube is received"
is "$(sql -c "select count(*) from custody.event e where e.kind = 'accepted' and e.recorded_at > (select recorded_at from custody.event where kind = 'delivery_closed')
	and e.body::jsonb ->> 'delivery' = '$delivery'")" 0 "none in the delivery after it was closed"
is "$(sql -c "select jsonb_array_length(body::jsonb -> 'missing') - (select count(*) from custody.event where kind = 'accepted' and body like '%\"late\"%') from custody.event where kind = 'delivery_closed'")" 0 "what it misses came late"
is "$(sql -c "select count(*) from clinic.lab_question where kind = 'missing' and settled_by is null")" 0 "and is missed no more"
is "$(sql -c "select coalesce(string_agg(b::text, ' ') filter (where b -> 'ok' <> 'true'), 'balances') from jsonb_array_elements(clinic.ledger_view(null) -> 'balance') b")" balances "the ledger balances"

# ---- a missing tube is found while somebody settles its item: one after the other, never each waiting for the other
lost=$(sql -c "select t from clinic.test_late")
act lost delivery_begin rita "{}"
scan rita "$(sql -c "select b from clinic.test_late")" lost
last=$(sql -c "select max(delivery) from clinic.delivery_open")
act lost delivery_close lea "{\"delivery\": \"$last\"}"
item=$(sql -c "select event_id from clinic.lab_question where subject = '$lost' and settled_by is null")
: >"$work/errors"
sql -c "begin" -c "select custody.lock_subject('$lost')" -c "select pg_sleep(2)" \
	-c "select api.scan(gen_random_uuid(), 'rex', '{\"raw\": \"$(printf %s "$lost" | base64)\"}') ->> 'code'" -c "commit" >"$work/found" 2>>"$work/errors" & pids="$pids $!"
sleep 1
act settled question_settle lea "{\"event_id\": \"$item\", \"note\": \"asked the clinic\"}" & pids="$pids $!"
all
is "$(cat "$work/errors")" "" "no deadlock"
is "$(grep -v '^$' "$work/found" | tail -n 1)" late_tube "the tube is received"
is "$(cat "$work/settled")" question_settled "its item is settled"
is "$(sql -c "select count(*) from custody.event where subject = '$lost' and kind = 'discrepancy_resolved'")" 1 "once"
race_end
