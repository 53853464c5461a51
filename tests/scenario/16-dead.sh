#!/usr/bin/env bash
# 16-dead.sh: a bench and a database that stand still, and a bench, a core and a database that die, are told to the pages of every
# kind of station: a room, a courier's phone, the laboratory, an administrator. The page itself asks every second
# (daemon/web/js/app.js) and shows what is told here. The limits are ten times the two seconds, for a slow machine; what it took is
# printed.
set -eu
# shellcheck source=tests/scenario/clinic.sh
. "${srcdir:-.}/tests/scenario/clinic.sh"
clinic_enter 16-dead.sh
clinic_begin Ada Carl=courier Rita=receiver Dora=admin
LIMIT_S=20
person Ada "Room 1"
person Carl "Courier phone"
person Rita "Lab bench 1"
person Dora "Room 2"
people="Ada Carl Rita Dora"

# part_was PART OK FROM: that person's page was told so, after so many bytes of what it heard
part_was() { tail -c "+$(($3 + 1))" "$me/events" | grep -q "\"$1\": *{\"ok\": *$2"; }
heard() { stat -c %s "$me/events"; }
declare -A from
from_here() { for who in $people; do as "$who"; from[$who]=$(heard); done; }
# all_told PART OK WORDS
all_told() {
	local start who told=
	start=$(now_ms)
	for who in $people; do
		as "$who"
		within "$LIMIT_S" part_was "$1" "$2" "${from[$who]}" && told="$told$who "
	done
	is "$told" "$people " "$3 ($(($(now_ms) - start)) ms)"
}
nobody_answers() { [ -z "$(health)" ]; }

# ---- the bench
from_here
kill -STOP "$(role_pid bench)"
all_told bench false "a bench that stands still is told to all"
from_here
kill -CONT "$(role_pid bench)"
all_told bench true "and that it goes on"
from_here
kill -9 "$(role_pid bench)"
all_told bench false "a bench that dies is told to all"
within "$LIMIT_S" clinic_is_well || die "the bench does not come back"

# ---- the database: all its processes, which this scenario's cluster started
# shellcheck disable=SC2317 # called by the trap
postgres_go_on() { kill -CONT "${postgres[@]}" 2>/dev/null || :; }
read -r postmaster <"$PG_DATA/postmaster.pid"
mapfile -t postgres < <(echo "$postmaster"; pgrep -P "$postmaster")
trap 'postgres_go_on; clinic_end' EXIT
from_here
kill -STOP "${postgres[@]}"
all_told database false "a database that stands still is told to all"
from_here
postgres_go_on
all_told database true "and that it answers again"
within "$LIMIT_S" clinic_is_well || die "the clinic is not well after the database stood still"
from_here
pg_ctl_do -m immediate -w stop
all_told database false "a database that dies is told to all"
from_here
pg_ctl_do -l "$PG_LOG" -w start
all_told database true "and that it is back"
within "$LIMIT_S" clinic_is_well || die "the clinic is not well"

# ---- the core: the pages hear nothing any more, and when they ask nobody answers
kill -STOP "$run_pid" # it starts no other one
core=$(role_pid core)
kill -9 "$core"
start=$(now_ms)
within "$LIMIT_S" nobody_answers || :
is "$(nobody_answers && echo nobody)" nobody "of a core that dies nobody answers ($(($(now_ms) - start)) ms)"
from_here
kill -CONT "$run_pid"
within 30 clinic_is_well || die "the core does not come back"
all_told core true "and the next one tells all that it is there"
clinic_count
