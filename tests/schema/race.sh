# shellcheck shell=sh
# race.sh: what the tests of several sessions at once share. Sourced first of all, with $0 the test: runs it again in a
# private cluster, and gives it counting, a directory of its own, and acts that are started together.

tests=$(cd "$(dirname "$0")/.." && pwd)
[ -n "${PG_BINDIR:-}" ] || exec "$tests/pg/run" "$0"
passed=0
failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
: >"$work/failed"
: >"$work/errors"
pids=

is() { # is HAVE WANT WORDS
	if [ "$1" = "$2" ]; then
		passed=$((passed + 1))
		echo "ok $((passed + failed)) - $3"
	else
		failed=$((failed + 1))
		echo "not ok $((passed + failed)) - $3: have '$1', want '$2'"
	fi
}

sql() {
	psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}

send() { # send FILE STATEMENT: as the core does it, three times when a deadlock was broken
	for _ in 1 2 3; do
		if sql -c "$2" >>"$work/$1" 2>>"$work/errors"; then
			return 0
		fi
	done
	echo "$2 failed three times" >>"$work/failed"
}

act() { # act FILE ACT TOKEN ARGS
	send "$1" "select api.$2(gen_random_uuid(), '$3', '$4') ->> 'code'"
}

scan() { # scan TOKEN CODE FILE
	act "$3" scan "$1" "{\"raw\": \"$(printf %s "$2" | base64)\"}"
}

all() { # waits for all that were started, whose numbers are in pids
	for pid in $pids; do
		wait "$pid" || :
	done
	pids=
}

race_end() { # what must hold after any race, and the count
	is "$(sql -c "select count(*) from clinic.scan where verdict is null")" 0 "every scan has its verdict"
	is "$(sql -c "select bool_and(custody.event_hash(e) = e.hash) from custody.event e")" t "every chain is whole"
	is "$(sql -c "select count(*) from (select subject, n from custody.event group by 1, 2 having count(*) > 1) x")" 0 "no number is used twice"
	race_count
}

race_count() {
	is "$(cat "$work/failed")" "" "nothing is lost"
	is "$(grep 'ERROR:' "$work/errors" | grep -v 'deadlock detected' | head -n 1)" "" "nothing but a deadlock the core tries again"
	echo "$passed passed, $failed failed"
	[ "$failed" = 0 ]
}
