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

# the connection that listens is being made anew, when all stands still: no other asks by itself
listens="(select pid from pg_locks where locktype = 'advisory' and granted and (classid::bigint << 32) + objid::bigint = 5370658274)"
listener=$(sql "select $listens")
kill -STOP "$postmaster"
kill -TERM "$listener"
listener_is_gone() { ! grep -q '^State:[[:space:]]*[RSDT]' "/proc/$listener/status" 2>/dev/null; } # a postmaster that stands still leaves a zombie
within "$LIMIT_S" listener_is_gone || die "the connection that listens stays"
is "$(part_is_well database && echo well)" well "while only new connections wait, scans are stored, and nothing is told"
mapfile -t postgres < <(echo "$postmaster"; pgrep -P "$postmaster")
from_here
kill -STOP "${postgres[@]}"
all_told database false "a database that stands still while the core connects to it is told to all"
from_here
postgres_go_on
all_told database true "and that it answers again"
within "$LIMIT_S" clinic_is_well || die "the clinic is not well after the database stood still again"

# it answers, and takes no writes
why() { health | jq -r '.database.message // ""'; }
why_is() { [ "$(why)" = "$1" ]; }
from_here
sql "alter system set default_transaction_read_only = on"
sql "select pg_reload_conf()" >/dev/null
all_told database false "a database that takes no writes is told to all"
is "$(why)" "the database takes no writes now" "with the reason"
from_here
sql "set default_transaction_read_only = off" -c "alter system reset default_transaction_read_only"
sql "select pg_reload_conf()" >/dev/null
all_told database true "and that it takes them again"

# it lets nobody in any more: the connections go, and no other comes
role=$(sql "select usename from pg_stat_activity where application_name = 'specimend-core' limit 1")
from_here
sql "alter role \"$role\" nologin"
sql "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'specimend-core'" >/dev/null
all_told database false "a database that does not let the core in is told to all"
within "$LIMIT_S" why_is "the database does not let specimend in" || :
is "$(why)" "the database does not let specimend in" "with the reason"
from_here
sql "alter role \"$role\" login"
all_told database true "and that it does again"
within "$LIMIT_S" clinic_is_well || die "the clinic is not well after it was let in again"

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
