#!/bin/sh
# page_upgrade.sh: a database from before pages were bound by codes (0042), with pages and people in it, and one from when those
# codes had eight digits (0047), brought up to date. The clinic works on; what nobody let in is known, kept or taken away.
set -eu
tests=$(cd "$(dirname "$0")/.." && pwd)
[ -n "${PG_BINDIR:-}" ] || exec "$tests/pg/run" -e "$0"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

is() { # is HAVE WANT WORDS
	if [ "$1" = "$2" ]; then
		passed=$((passed + 1))
		echo "ok $((passed + failed)) - $3"
	else
		failed=$((failed + 1))
		echo "not ok $((passed + failed)) - $3: have '$1', want '$2'"
	fi
}
sql() { psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"; }
value() { sql -c "select $1"; }

schema_until() { # the tables as they were after that step
	mkdir "$work/$1"
	for file in "$tests"/../schema/[0-9]*_*.sql; do
		name=$(basename "$file")
		[ "$((1${name%%_*} - 10000))" -gt "$1" ] || cp "$file" "$work/$1/"
	done
	"$tests/pg/apply" "$work/$1"
}

# ---- as it was
schema_until 42
sql <<'SQL'
insert into clinic.station (station_id, code, name, kind, room_group) values (1, 'T1', 'Room 1', 'collection', 'rooms'), (2, 'T2', 'Room 2', 'collection', 'rooms');
insert into clinic.operator (operator_id, name, initials, badge, pin_hash) values (1, 'Ana Ruiz', 'AR', 'G1', '$argon2id$x'), (2, 'Dora Admin', 'DA', 'G2', '$argon2id$x'), (3, 'Carol Lead', 'CL', 'G3', '$argon2id$x');
insert into clinic.operator_role (operator_id, role) values (1, 'ma'), (2, 'admin'), (3, 'site_lead');
insert into clinic.session (token_hash, kind, station_id, expires_at) select sha256(convert_to(t, 'UTF8')), 'page', s, 'infinity' from (values ('desk', 1), ('phone', 1), ('other', 2)) x (t, s);
insert into clinic.session (token_hash, kind, operator_id, station_id, expires_at) values (sha256('ana_before'), 'operator', 1, 1, now() + interval '1 hour');
insert into clinic.session (token_hash, kind, station_id, expires_at, closed_at) values (sha256('gone'), 'page', 2, 'infinity', now());
SQL
schema_until 47
sql -c "insert into clinic.page_code (code, station_id, expires_at) values ('12345678', 1, now() + interval '1 hour')"
"$tests/pg/apply"
sql -c "select custody.node_init(8191, true, '{900}')" >/dev/null

# ---- the morning after
sql >/dev/null <<'SQL'
insert into clinic.session (token_hash, kind, expires_at) values (sha256('core'), 'core', 'infinity');
insert into clinic.policy_setting (policy, value) select policy, value || '{"then": "badge"}' from clinic.policy where policy = 'sign_in';
SQL
begin() { # begin WHO PAGE: nonce and what is asked for
	sql -c "select r #>> '{data,nonce}', r ->> 'code' from api.sign_in_begin(gen_random_uuid(), '$2', '{\"badge\": \"$1\"}') r" | tr '|' ' '
}
needs() { begin "$1" "$2" | cut -d ' ' -f 2; }
sign_in() { # sign_in BADGE PAGE TOKEN, with the PIN where it is asked for
	begin "$1" "$2" >"$work/begun"
	read -r nonce asked <"$work/begun"
	value "api.sign_in(gen_random_uuid(), '$2', jsonb_build_object('nonce', '$nonce', 'ok', '$asked' = 'pin_needed', 'token_hash', encode(sha256('$3'), 'hex'))) ->> 'code'"
}
id_of() { value "session_id from clinic.session where token_hash = sha256('$1')"; }
page() { # page ACT TOKEN PAGE
	value "api.page_$1(gen_random_uuid(), '$2', jsonb_build_object('page_id', $(id_of "$3"))) ->> 'code'"
}
for one in desk phone other; do
	is "$(value "api.me('$one', '{}') ->> 'code'")" ok "page $one works on"
done
is "$(value "api.me('gone', '{}') ->> 'code'")" station_unknown "what was taken away before stays away"
is "$(value "api.me('ana_before', '{}') ->> 'code'")" station_unknown "people sign in again"
is "$(sign_in G1 desk ana)" signed_in "which they can"
is "$(needs G1 desk) $(needs G1 other)" "pin_needed pin_needed" "by PIN, each time"
is "$(value "api.station_bind(gen_random_uuid(), 'core', jsonb_build_object('code', '12345678', 'token_hash', encode(sha256('late'), 'hex'))) ->> 'code'")" \
	page_code_wrong "a code of eight digits that was open is good for nothing"
is "$(sql -c "select ended from clinic.page_code where code = '12345678'")" expired "as is kept"
is "$(value "length(clinic.station_code('Room 1'))")" 12 "a new one has twelve"

# ---- they are known, and kept or taken away
is "$(sign_in G2 other dora) $(sign_in G3 phone carol)" "signed_in signed_in" "an administrator and a lead sign in"
is "$(value "clinic.pages_waiting()")" 3 "three pages wait"
is "$(value "string_agg(api.me(t, '{}') #>> '{data,pages_waiting}', ' ') from unnest('{dora,ana}'::text[]) t")" "3 0" "the administrator is told so, others are not"
pages() { value "string_agg((p ->> 'page_id') || ' ' || (p ->> 'waits'), ', ') from jsonb_array_elements(api.pages('dora', '{}') #> '{data,pages}') p"; }
is "$(pages)" "$(id_of desk) true, $(id_of phone) true, $(id_of other) true" "the page names them"
is "$(value "string_agg(api.pages(t, '{}') #>> '{data,may_keep}', ' ') from unnest('{dora,carol}'::text[]) t")" "true false" "an administrator may keep them, a lead may not"
is "$(page keep carol desk)" not_allowed "whatever is sent"
sql -c "update clinic.sign_in set pin_needed = false where operator_id = 2"
is "$(page keep dora desk)" page_keep_pin "nor may one who gave no PIN"
sql -c "update clinic.sign_in set pin_needed = true where operator_id = 2"
is "$(page keep dora desk) $(page keep dora desk)" "page_kept page_kept_already" "kept by one press, once"
is "$(sql -c "select name from clinic.session join clinic.operator o on o.operator_id = kept_by where kept_at is not null")" "Dora Admin" "who did it is kept"
is "$(pages)" "$(id_of phone) true, $(id_of other) true, $(id_of desk) false" "the others stand first"
is "$(needs G1 desk) $(needs G1 other)" "badge_enough pin_needed" "on that page the badge is enough again"
is "$(page take_away dora phone) $(page keep dora phone)" "page_taken_away page_gone" "another is taken away"
is "$(value "api.me('phone', '{}') ->> 'code'") $(value "api.me('carol', '{}') ->> 'code'")" "station_unknown station_unknown" "with whoever is signed in there"
is "$(page keep dora ana) $(value "api.page_keep(gen_random_uuid(), 'dora', '{}') ->> 'code'")" "page_unknown page_unknown" "a person is no page"
is "$(value "clinic.pages_waiting()")" 1 "one is left"
code=$(value "clinic.station_code('Room 1')")
is "$(value "api.station_bind(gen_random_uuid(), 'core', jsonb_build_object('code', '$code', 'token_hash', encode(sha256('new'), 'hex'))) ->> 'code'")" page_bound "a new page is bound"
is "$(page keep dora new) $(value "clinic.pages_waiting()")" "page_kept_already 1" "and waits for nobody"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
