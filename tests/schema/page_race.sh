#!/bin/sh
# page_race.sh: a page is taken away while somebody signs in on it, each way round and at once. Whichever comes first, afterwards
# nobody is signed in on it.
set -eu
# shellcheck source=tests/schema/race.sh
. "$(dirname "$0")/race.sh"
cd "$tests/schema/clinic"

sql -c 'set search_path = tap, pg_catalog' -f - >/dev/null <<'SQL'
\i setup.sql
insert into person select n, clinic.operator_add(n, left(n, 2), array[r], '$argon2id$not-a-real-hash') from (values ('Dora Admin', 'admin')) x (n, r);
select pg_temp.sign_in('Dora Admin', 'room2');
SQL
badge=$(sql -c "select badge from clinic.operator where name = 'Ben Okafor'")
page_new() { # page_new NAME: another page of Room 1; Ben's badge is scanned there, his PIN is being judged
	sql >"$work/$1.nonce" <<SQL
select r ->> 'code' as bound from api.station_bind(gen_random_uuid(), 'core', jsonb_build_object('code', clinic.station_code('Room 1'),
	'token_hash', encode(sha256('$1'), 'hex'))) r \gset
select r #>> '{data,nonce}' from api.sign_in_begin(gen_random_uuid(), '$1', '{"badge": "$badge"}') r;
SQL
}
signs_in() { echo "select api.sign_in(gen_random_uuid(), '$1', jsonb_build_object('nonce', '$(cat "$work/$1.nonce")', 'ok', true,
	'token_hash', encode(sha256('ben_$1'), 'hex'))) ->> 'code'"; }
is_taken() { echo "select api.page_take_away(gen_random_uuid(), 'dora', jsonb_build_object('page_id', session_id)) ->> 'code'
	from clinic.session where token_hash = sha256('$1')"; }
# begun and not committed until another session waits for a lock that this one has, a minute at most
first() { # first FILE STATEMENT
	sql >"$work/$1" 2>>"$work/errors" <<SQL &
begin;
$2;
do \$\$ begin for n in 1 .. 1200 loop exit when exists (select from pg_locks where not granted); perform pg_sleep(0.05); end loop;
	if not exists (select from pg_locks where not granted) then raise 'nobody waited'; end if; end \$\$;
commit;
SQL
	pids="$pids $!"
}
has_begun() { # the first has done its part
	for _ in $(seq 600); do
		[ ! -s "$work/$1" ] || return 0
		sleep 0.1
	done
	echo "$1 did not begin within a minute" >>"$work/failed"
}
is_out() { # is_out PAGE WORDS
	is "$(sql -c "select count(*) from clinic.session s join clinic.session p on p.session_id = s.page_id where p.token_hash = sha256('$1') and s.closed_at is null")" 0 "$2: nobody is signed in on it"
	is "$(sql -c "select api.me('ben_$1', '{}') ->> 'code', api.me('$1', '{}') ->> 'code'")" "station_unknown|station_unknown" "$2: neither the person nor the page is anybody"
}

page_new one
first take.1 "$(is_taken one)"
has_begun take.1
send sign.1 "$(signs_in one)"
all
is "$(cat "$work/take.1") $(cat "$work/sign.1")" "page_taken_away sign_in_refused" "taken away first: the sign-in that waited is refused"
is_out one "taken away first"
is "$(sql -c "select opened from clinic.sign_in where nonce = '$(cat "$work/one.nonce")'")" f "as is kept"

page_new two
first sign.2 "$(signs_in two)"
has_begun sign.2
send take.2 "$(is_taken two)"
all
is "$(cat "$work/sign.2") $(cat "$work/take.2")" "signed_in page_taken_away" "signed in first: the page goes after it"
is_out two "signed in first"

for n in 3 4 5 6 7 8 9 10; do
	page_new "p$n"
	send "sign.$n" "$(signs_in "p$n")" & pids="$pids $!"
	send "take.$n" "$(is_taken "p$n")" & pids="$pids $!"
	all
	is_out "p$n" "at once, $n"
done
is "$(cat "$work"/take.* | sort | uniq -c | tr -s ' ')" " 10 page_taken_away" "each page was taken away once"
is "$(cat "$work"/sign.* | grep -cvE '^(signed_in|sign_in_refused)$')" 0 "and each sign-in had its answer"
race_count
