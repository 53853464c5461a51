#!/usr/bin/env bash
# 02-killed.sh: two people work, visit after visit, while the programs under them are killed, stopped, or lose their
# database at random moments. Afterwards nothing that was acknowledged may be lost, doubled or untrue.
#
#   SPECIMEND_ROUNDS=200 SPECIMEND_SEED=7 tests/scenario/02-killed.sh
#   SPECIMEND_ROUNDS=1000 SPECIMEND_FAULTS=bench ...      only these faults, of those below
#
# The seed fixes which faults come and when they begin; how far the people are by then is the machine's.
set -eu
# shellcheck source=tests/scenario/clinic.sh
. "${srcdir:-.}/tests/scenario/clinic.sh"
clinic_enter 02-killed.sh

rounds=${SPECIMEND_ROUNDS:-20}
seed=${SPECIMEND_SEED:-$((RANDOM * 32768 + RANDOM))}
echo "# $rounds rounds, SPECIMEND_SEED=$seed"

# ---- a person: looks at the screen, does the next thing, presses again when nothing came of it -------------------

VISIT_S=60

# at MOMENT: a fault that is aimed at this moment begins
at() {
	[ "$(cat "$clinic/aim" 2>/dev/null)" != "$1" ] || mv "$clinic/aim" "$clinic/fire" 2>/dev/null || :
}

# order_until_taken FILE: as a sending system does: the same bytes until they are taken
order_until_taken() {
	at sending
	until send "$1"; do
		[ "$(now_ms)" -lt "$visit_until" ] || return 1
		sleep 0.1
	done
	[ -e "$1.first" ] || cp "$1.answer" "$1.first"
	cmp -s "$1.first" "$1.answer" || echo "$1" >>"$clinic/answered_differently"
	basename "$1" >>"$me/acknowledged"
}

# read_aloud LABEL: by scanner or, every third time, typed
read_aloud() {
	at scanning
	if [ $((RANDOM % 3)) = 0 ]; then typed "$1"; else scan "$1"; fi
}

# The question on the screen.
answer() {
	local code=$1 out
	out=$(label_of "$2" "$3")
	case $code in
	did_it_come_out) act visit_answer "{\"code\": \"$code\", \"choice\": \"$([ -n "$out" ] && echo yes || echo no)\"}" ;;
	old_label) act visit_answer "{\"code\": \"$code\", \"choice\": \"$([ -n "$out" ] && echo torn_up || echo no)\"}" ;;
	quick_scan)
		sleep 1.05
		stick
		;;
	*) act visit_answer "{\"code\": \"$code\", \"choice\": \"yes\"}" ;;
	esac
}

# Every label that is out goes on its tube and is scanned.
stick() {
	# shellcheck disable=SC2016 # jq's own variable
	local labels='.tubes[] | .specimen_id as $id | .labels[] | select(.state == "printed" or .state == "printing") | "\($id) \(.copy)"'
	local specimen copy out stuck=no
	while read -r specimen copy; do
		out=$(label_of "$specimen" "$copy")
		[ -n "$out" ] || continue
		stuck=yes
		hand=$out
		read_aloud "$out"
	done < <(get "$labels")
	[ "$stuck" = yes ] || sleep 0.1
}

# look: one look at the screen and what follows from it. 0: the visit is over
look() {
	local state code specimen copy
	view
	if [ "$status" != 200 ]; then
		# who has a label in hand scans it, whatever the screen says
		if [ -n "$hand" ]; then read_aloud "$hand"; else sleep 0.1; fi
		return 1
	fi
	IFS=$'\t' read -r state code specimen copy < <(get '[.state // "none", .ask.code // "none", .ask.specimen_id // "none", .ask.copy // 0] | @tsv')
	# where the bench stood still two labels may have been one gesture: both are scanned again, as below anyway
	case $(get '.alarm.code // "none"') in
	none) ;;
	held_up) echo held_up >>"$clinic/held_up" ;;
	*) echo "$(get .alarm.code) $reply" >>"$clinic/alarms" ;;
	esac
	case $state in
	identify)
		at printing
		act visit_identify "{\"choice\": $(choice_of "$birth")}"
		;;
	labels)
		if [ "$(get '.trouble.is_ready // false')" = true ]; then act print_rest '{}'; fi
		if [ "$code" = none ]; then stick; else answer "$code" "$specimen" "$copy"; fi
		;;
	check)
		closing=yes
		at closing
		act visit_close '{"check": "patient_read"}'
		;;
	*)
		[ "$closing" = no ] || return 0
		act visit_open "{\"patient_id\": $patient}"
		;;
	esac
	return 1
}

patient_is_due() {
	patient=$(patient_of "$1")
	[ -n "$patient" ]
}

# one_visit NUMBER: from the order to the closed visit, whatever happens meanwhile
one_visit() {
	visit_until=$(($(now_ms) + VISIT_S * 1000))
	closing=no
	hand=
	birth=$(date -d "1930-01-01 +$((${1:0:1} * 7000 + (${1:1} - 1000) * 47)) days" +%Y%m%d) # nobody is like another
	order "$clinic/$1" "$1" "$(tr 0-9 A-J <<<"${1:1}P${1:0:1}")" "$1" "$birth" CBC CMP PT
	order_until_taken "$clinic/$1" || return 1
	within $VISIT_S patient_is_due "$1" || return 1
	[ $((RANDOM % 2)) = 0 ] || order_until_taken "$clinic/$1" || return 1
	until look; do
		[ "$(now_ms)" -lt "$visit_until" ] || return 1
	done
}

# works NAME SEED: until it is enough; each patient's number begins with the seed's last digit
works() {
	local n=0
	as "$1"
	RANDOM=$2
	while [ ! -e "$clinic/enough" ]; do
		n=$((n + 1))
		one_visit "$3$((1000 + n))" || echo "$1 visit $n: $(head -c 2000 <<<"$status $verdict $code $reply")" >>"$clinic/stuck"
	done
	echo $n >"$me/visits"
}

# ---- faults -------------------------------------------------------------------------------------------------------

# back_ms PART...: how long until these parts are there again
back_ms() {
	local began part
	began=$(now_ms)
	sleep 0.01
	for part; do
		within 30 part_is_well "$part" || { echo 99999; return; }
	done
	echo $(($(now_ms) - began))
}

shoot() { # shoot ROLE...
	local role pid
	for role; do
		pid=$(role_pid "$role")
		[ -n "$pid" ] || continue
		kill -9 "$pid"
		echo "$role" >>"$clinic/killed"
	done
	back_ms "$@"
}

fault() {
	local pid
	case $1 in
	core | bench | press) shoot "$1" ;;
	pair) shoot core bench ;;
	database)
		pg_ctl_do -m immediate -w stop
		sleep "$((RANDOM % 4)).$((RANDOM % 10))"
		pg_ctl_do -l "$PG_LOG" -w start
		back_ms database
		;;
	readonly)
		sql "alter system set default_transaction_read_only = on" -c "select pg_reload_conf()" >/dev/null
		sleep "$((RANDOM % 3)).$((RANDOM % 10))"
		sql "set default_transaction_read_only = off" -c "alter system reset default_transaction_read_only" \
			-c "select pg_reload_conf()" >/dev/null
		back_ms core
		;;
	frozen)
		pid=$(role_pid bench)
		kill -STOP "$pid"
		sleep "$((RANDOM % 3)).$((RANDOM % 10))"
		kill -CONT "$pid"
		back_ms bench
		;;
	*) die "there is no fault '$1'" ;;
	esac
}

clinic_begin Ana Ben
person Ben "Room 2"
person Ana "Room 1"
RANDOM=$((seed % 32768))
works Ana $((seed % 32768 + 1)) 1 >"$clinic/Ana/log" 2>&1 &
ana=$!
works Ben $((seed % 32768 + 2)) 2 >"$clinic/Ben/log" 2>&1 &
ben=$!
clinic_pids+=("$ana" "$ben")

labels_sent() { grep -c ': sent$' "$clinic/log" || :; }
one_more_is_sent() { [ "$(labels_sent)" -gt "$sent" ]; }

# The moment a fault begins: while a label is inside a printer, when a person does something, or any.
wait_for() {
	local delay_ms=$((RANDOM % 100))
	case $1 in
	inside)
		sent=$(labels_sent)
		within 10 one_more_is_sent || :
		;;
	any) delay_ms=$((RANDOM % 1500)) ;;
	*)
		rm -f "$clinic/fire"
		echo "$1" >"$clinic/aim.new"
		mv "$clinic/aim.new" "$clinic/aim"
		within 10 test -e "$clinic/fire" || :
		;;
	esac
	sleep "$((delay_ms / 1000)).$(printf %03d $((delay_ms % 1000)))"
}

read -ra kinds <<<"${SPECIMEND_FAULTS:-core bench database press pair frozen readonly}"
moments=(inside inside any sending inside scanning scanning any printing closing any)
slowest=0
for ((round = 0; round < rounds; round++)); do
	kind=${kinds[round % ${#kinds[@]}]}
	moment=${moments[round % ${#moments[@]}]}
	wait_for "$moment"
	back=$(fault "$kind")
	echo "# $kind, $moment: back after $back ms"
	[ "$back" -le "$slowest" ] || slowest=$back
	within 30 clinic_is_well || die "the service does not come back after $kind"
done
touch "$clinic/enough"
people_are_done() { ! kill -0 "$ana" 2>/dev/null && ! kill -0 "$ben" 2>/dev/null; }
within $((2 * VISIT_S)) people_are_done || die "the people do not come to an end"

# ---- what must be true now -----------------------------------------------------------------------------------------

no_job_is_under_way() {
	[ "$(sql "select count(*) from clinic.print_job where state not in ('printed', 'void', 'failed', 'unknown')")" = 0 ]
}
within 20 no_job_is_under_way || :
within 20 all_is_sealed || :

visits=$(($(cat "$clinic/Ana/visits") + $(cat "$clinic/Ben/visits")))
is "$(cat "$clinic/stuck" 2>/dev/null)" "" "nobody was stuck: $visits visits"
is "$(cat "$clinic/alarms" 2>/dev/null)" "" "no alarm was raised but to scan both again ($(grep -cs . "$clinic/held_up" || echo 0) looks)"
is "$(sql "select count(*) from clinic.visit where state = 'closed' and close_check = 'patient_read'")" "$visits" "every visit was closed by its person"
is "$(sql "select count(*) from clinic.specimen s where (custody.state(s.specimen_id)).kind <> 'collected'")" 0 "every tube was collected"

sort -u "$clinic/Ana/acknowledged" "$clinic/Ben/acknowledged" >"$clinic/acknowledged"
for who in Ana Ben; do
	as "$who"
	scans_heard | jq -rR 'split("\t") | .[0] as $at | .[1] | fromjson? | [$at, .request_id, .reply.verdict, .reply.code] | @tsv'
	cat "$me/typed" 2>/dev/null || :
done >"$clinic/told"
for picture in "$clinic"/run/labels/*.png; do
	read_label "$picture"
	echo
done >"$clinic/pictures"

# one session: what was seen outside, against what is stored
psql -X -q -A -t -v ON_ERROR_STOP=1 >"$clinic/sums" <<SQL
create temporary table acknowledged (control_id text);
\\copy acknowledged from '$clinic/acknowledged'
create temporary table told (at float8, request_id uuid, verdict text, code text);
\\copy told from '$clinic/told'
create temporary table picture (code text);
\\copy picture from '$clinic/pictures'
create temporary view labelled as select subject, (body::jsonb ->> 'copy')::int as copy, (body::jsonb ->> 'scan')::bigint as scan_id
	from custody.event where kind = 'labelled';
select 'acknowledged', count(*) from acknowledged;
select 'message_missing', count(*) from acknowledged a where 1 <> (select count(*) from clinic.hl7_message m where m.control_id = a.control_id);
select 'order_missing', count(*) from acknowledged a where 3 <> (select count(*) from clinic.lab_order o
	join clinic.lab_order_test using (lab_order_id) where o.placer_number like a.control_id || '-%');
select 'told', count(*) from told;
select 'told_not_stored', count(*) from told where verdict = 'not_stored';
select 'scan_missing', count(*) from told t where t.verdict <> 'not_stored'
	and 1 <> (select count(*) from clinic.scan s where s.request_id = t.request_id);
select 'scan_differs', count(*) from told t join clinic.scan s using (request_id)
	where t.verdict <> 'not_stored' and (t.verdict, t.code) is distinct from (s.verdict, s.code);
-- committed after its person was told not_stored, and not as a late scan
select 'moved_after_told', count(*) from told t join clinic.scan s using (request_id)
	where t.verdict = 'not_stored' and s.code <> 'scan_late' and s.at > to_timestamp(t.at);
select 'this_moved', s.source, s.code, to_timestamp(t.at)::time, s.at::time from told t join clinic.scan s using (request_id)
	where t.verdict = 'not_stored' and s.code <> 'scan_late' and s.at > to_timestamp(t.at);
select 'late', count(*) from clinic.scan where code = 'scan_late';
select 'late_moved', count(*) from labelled join clinic.scan using (scan_id) where code = 'scan_late';
select 'labelled_twice', count(*) from (select from labelled group by subject, copy having count(*) > 1) x;
select 'pictures', count(*) from picture;
-- a separator has no code
select 'picture_unread', greatest(0, count(*) - (select count(*) from clinic.print_job where kind = 'separator' and began_at is not null))
	from picture where code !~ '^[0-9]{16}$';
select 'picture_twice', count(*) from (select from picture where code <> '' group by code having count(*) > 1) x;
select 'picture_unsent', count(*) from picture p where code <> '' and not exists (select from clinic.print_job j
	join clinic.print_job_log l using (print_job_id) where l.to_state = 'sending' and left(p.code, 14) = j.specimen_id || to_char(j.copy, 'FM00'));
select 'printed_unseen', count(*) from clinic.print_job j where j.state = 'printed' and j.kind = 'label'
	and not exists (select from picture p where left(p.code, 14) = j.specimen_id || to_char(j.copy, 'FM00'));
select 'voided_unaccounted', count(*) from picture p join clinic.label l on left(p.code, 14) = l.specimen_id || to_char(l.copy, 'FM00')
	where not exists (select from custody.event e where e.subject = l.specimen_id and (e.body::jsonb ->> 'copy')::int = l.copy
		and e.kind in ('labelled', 'label_voided', 'label_destroyed'));
select 'job_under_way', count(*) from clinic.print_job where state not in ('printed', 'void', 'failed', 'unknown');
select 'jobs', string_agg(state || ' ' || n, ', ') from (select state, count(*) as n from clinic.print_job group by state order by state) x;
select 'asked_or_settled', count(*) from clinic.print_job_log where to_state = 'unknown';
select 'sent_again_by_counter', count(*) from clinic.print_job_log where from_state = 'unknown' and to_state = 'queued';
select 'copies', max(copy) from clinic.label;
SQL
sum() { sed -n "s/^$1|//p" "$clinic/sums"; }
sed 's/^/# /; s/|/: /' "$clinic/sums"

is "$(sum message_missing) $(sum order_missing)" "0 0" "each of $(sum acknowledged) acknowledged messages is stored once, with its orders"
is "$(cat "$clinic/answered_differently" 2>/dev/null)" "" "a message that was sent again got the same answer"
is "$(sum scan_missing) $(sum scan_differs)" "0 0" "each of $(($(sum told) - $(sum told_not_stored))) scans that were answered is stored once, as answered"
is "$(sum moved_after_told) $(sum late_moved)" "0 0" "none of $(sum told_not_stored) scans that were not stored, nor of $(sum late) late ones, moved anything afterwards"
no_more_than $((3 * visits)) "$(sum told)" "at least a scan for each tube was answered"
no_more_than $((3 * visits)) "$(sum pictures)" "at least a label for each tube came out"
is "$(sum labelled_twice)" 0 "no label was believed twice"
is "$(sum picture_twice) $(labels_twice)" "0 0" "none of $(sum pictures) labels came out twice"
is "$(sum picture_unread) $(sum picture_unsent)" "0 0" "each label that came out reads, and was meant"
is "$(sum printed_unseen)" 0 "each label that is said to be printed came out"
is "$(sum voided_unaccounted)" 0 "each label that came out is accounted for"
is "$(sum job_under_way)" 0 "every print job came to an end"
is "$(verify | cut -d: -f1)" intact "custody is intact"
no_more_than "$slowest" 20000 "every part was back in time, in milliseconds"
is "$(grep -c 'ended by signal 9' "$clinic/log")" "$(wc -l <"$clinic/killed")" "no role ended but by our hand"
is "$(grep -E "ended with status|signal [^9 ]|AddressSanitizer|runtime error|refused a call" "$clinic/log" | head -5)" "" "and none complained"
clinic_count
