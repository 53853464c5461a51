#!/usr/bin/env bash
# whole.sh: the real programs with printers of every language on the fake USB bus: while a set of labels is printed, a program is
# killed, the database is gone, the printer fails, or two of that at once; a person puts it right and goes on. Afterwards every
# label that came out, and every print job, must agree.
#
#   SPECIMEND_ROUNDS=40 SPECIMEND_SEED=7 tests/faults/whole.sh         at most 64; else three, in every check the same
#   SPECIMEND_LANGUAGE=epl2 SPECIMEND_FAULT=nak tests/faults/whole.sh   every round with this language, and this printer's fault
set -eu
# shellcheck source=tests/scenario/clinic.sh
. "${srcdir:-.}/tests/scenario/clinic.sh"
# shellcheck source=tests/scenario/usb.sh
. "$srcdir/tests/scenario/usb.sh"
[ -n "${CLINIC_BUILD:-}" ] || [ -x tests/usb/harness ] || { echo "umockdev was not found by configure: skipped"; exit 77; }
clinic_enter tests/faults/whole.sh

# in every check the same ones: what new ones find is for a person who has the time to look. In these a label breaks off, and its
# printer is silent until it is switched off and on; database, core and bench go.
CHECK_ROUNDS=3
CHECK_SEED=2695
rounds=${SPECIMEND_ROUNDS:-$CHECK_ROUNDS}
seed=$((RANDOM * 32768 + RANDOM))
[ -n "${SPECIMEND_ROUNDS:-}" ] || seed=$CHECK_SEED
seed=${SPECIMEND_SEED:-$seed}
echo "# $rounds rounds, SPECIMEND_SEED=$seed"
VISIT_S=90
SILENT_MS=8000
LABEL_MS=400 # so long that most faults come while the set does
languages=(zpl brother epl2 tspl zpl-ascii dymo tspl2 brother-wide)
kinds=(core bench database pair core+printer bench+printer printer database+printer pair+printer printer)
printer_kinds=(out_of_labels head_open paused jam silent unplug_at stall nak pull power_cycle)

clinic_init Ada
usb_begin
usb_start
person Ada "Room 1"
RANDOM=$((seed % 32768))
: >"$clinic/unasked"

# ---- a printer of each language, one at a time -----------------------------------------------------------------------

# printer_comes NUMBER LANGUAGE: it is the printer of Room 1 from now on
printer_comes() {
	local dpi=203
	case $2 in
	brother* | dymo) dpi=300 ;;
	esac
	name=p$1
	serial=$(printf 'SN%06d' "$1")
	usb_ok "printer $name $serial $2"
	usb_ok "label_ms $name $LABEL_MS"
	usb_ok "plug $name"
	within 30 device_says found "$serial" || die "the service does not find $name"
	device assign "usb:0a5f:0080:$serial" --station "$station" --language "$2" --dpi $dpi >"$clinic/assigned" ||
		die "$name can not be assigned: $(cat "$clinic/assigned")"
	within 30 usb_is_open "$name" || die "the service does not take $name"
}

printer_goes() {
	device release "usb:0a5f:0080:$serial" >/dev/null || die "$name can not be released"
	usb_ok "unplug $name"
}

# The label's square code, out of whatever printer it came.
label_of() {
	local file found prefix
	prefix=$1$(printf '%02d' "$2")
	for file in "$clinic"/usb/*.png; do
		[ -e "$file" ] || continue
		found=$(read_label "$file")
		[ "${found:0:14}" != "$prefix" ] || { echo "$found"; return 0; }
	done
}

# ---- faults --------------------------------------------------------------------------------------------------------------

printer_fault() {
	local after=$((RANDOM % 4000))
	fault_name=${printer_kinds[RANDOM % ${#printer_kinds[@]}]}
	fault_name=${SPECIMEND_FAULT:-$fault_name}
	case $fault_name in
	unplug_at) usb "fault $name unplug 01 $after" ;;
	stall) usb "fault $name stall 01 $after" ;;
	nak) usb "fault $name nak 01 $after" ;;
	pull) usb "unplug $name" ;;
	power_cycle)
		usb "unplug $name"
		usb "power_cycle $name"
		;;
	*) usb "$fault_name $name" ;;
	esac
	echo "$fault_name" >>"$clinic/faults"
}

printer_mended() {
	usb "fault $name none 01 0"
	usb "ok $name"
	usb "room $name -"
	usb "state? $name"
	[[ " $answer " = *" plugged=1 "* ]] || usb "plug $name"
}

kill_role() {
	local pid
	pid=$(role_pid "$1")
	[ -z "$pid" ] || kill -9 "$pid" 2>/dev/null || :
	echo "$1 killed" >>"$clinic/faults"
}

# fault KIND: as it comes, for a moment, and mended by a person
fault() {
	local kind=$1
	case $kind in *printer) printer_fault ;; esac
	case $kind in
	core* | pair*) kill_role core ;;
	esac
	case $kind in
	bench* | pair*) kill_role bench ;;
	database*)
		pg_ctl_do -m immediate -w stop
		echo "database gone" >>"$clinic/faults"
		;;
	esac
	sleep "$((1 + RANDOM % 3)).$((RANDOM % 10))"
	case $kind in database*) pg_ctl_do -l "$PG_LOG" -w start ;; esac
	printer_mended
	within 60 clinic_is_well || die "the service does not come back after $kind"
}

# ---- the person: looks at the page, does the next thing ----------------------------------------------------------------------

answer_given() {
	local out
	out=$(label_of "$2" "$3")
	case $1 in
	did_it_come_out) act visit_answer "{\"code\": \"$1\", \"choice\": \"$([ -n "$out" ] && echo yes || echo no)\"}" ;;
	old_label) act visit_answer "{\"code\": \"$1\", \"choice\": \"$([ -n "$out" ] && echo torn_up || echo no)\"}" ;;
	quick_scan)
		sleep 1.05
		typed "$out"
		;;
	*) act visit_answer "{\"code\": \"$1\", \"choice\": \"yes\"}" ;;
	esac
}

stick() {
	# shellcheck disable=SC2016 # jq's own variable
	local labels='.tubes[] | .specimen_id as $id | .labels[] | select(.state == "printed" or .state == "printing" or .one_way) | "\($id) \(.copy)"'
	local specimen copy out
	while read -r specimen copy; do
		out=$(label_of "$specimen" "$copy")
		[ -z "$out" ] || typed "$out"
	done < <(get "$labels")
}

# A label that failed, or that nobody saw come out, is printed again: as a new copy.
reprint_failed() {
	local specimen
	while read -r specimen; do
		act reprint "{\"specimen_id\": \"$specimen\", \"reason\": \"did_not_come_out\"}"
	done < <(get '.tubes[] | select([.labels[].state] | all(. == "failed")) | .specimen_id')
}

# A printer that goes on saying nothing is switched off and on: one whose label broke off may take each question for dots of
# the picture (printers/lang/epl2/status.h).
silent_since=0
wake() {
	if [ "$(get '.trouble | select(. and (.is_ready | not)) | .state | join(" ")')" != silent ]; then
		silent_since=0
		return
	fi
	[ $silent_since != 0 ] || silent_since=$(now_ms)
	[ $(($(now_ms) - silent_since)) -ge $SILENT_MS ] || return 0
	usb "unplug $name"
	usb "power_cycle $name"
	usb_ok "plug $name"
	echo "switched off and on" >>"$clinic/faults"
	silent_since=$(now_ms)
}

look() {
	local state code specimen copy unknown shown
	view
	shown=$reply
	[ "$status" = 200 ] || return 1
	IFS=$'\t' read -r state code specimen copy unknown < <(get '[.state // "none", .ask.code // "none", .ask.specimen_id // "none", .ask.copy // 0,
		([.tubes[]?.labels[] | select(.state == "unknown" and (.one_way | not))] | length)] | @tsv')
	[ "$state $code" != "labels none" ] || [ "$unknown" = 0 ] || echo "$shown" >>"$clinic/unasked"
	case $state in
	labels)
		wake
		[ "$(get '.trouble.is_ready // false')" != true ] || act print_rest '{}'
		reply=$shown
		reprint_failed
		reply=$shown
		if [ "$code" = none ]; then stick; else answer_given "$code" "$specimen" "$copy"; fi
		sleep 0.1
		;;
	check)
		closing=yes
		act visit_close '{"check": "patient_read"}'
		;;
	*) [ "$closing" = no ] || return 0 ;;
	esac
	return 1
}

visit_is_over() {
	closing=no
	within $VISIT_S look
}

# Where the visit stands, for who has to explain why it does not end.
standing() {
	view
	# shellcheck disable=SC2016 # as above
	get '{state, ask: .ask.code, alarm: .alarm.code, trouble: (.trouble // {} | {why, state, is_ready}), labels: [.tubes[] | .number as $n | .state as $tube
		| .labels[] | "\($n).\(.copy) \(.state)/\(.job_state) \(if .one_way then "one way " else "" end)\($tube)"]} | tojson'
	sql "select 'talks ' || talks from clinic.device where device_id = (select max(device_id) from clinic.device where kind = 'printer')"
}

labels_asked() { [ "$(sql "select count(*) from clinic.print_job where state <> 'queued' and print_job_id > $last" 2>/dev/null)" -gt 0 ]; }

# ---- rounds --------------------------------------------------------------------------------------------------------------------

first=$RANDOM # few rounds are others each time
for ((round = 0; round < rounds; round++)); do
	language=${languages[(first + round) % ${#languages[@]}]}
	kind=${kinds[(first + round) % ${#kinds[@]}]}
	language=${SPECIMEND_LANGUAGE:-$language}
	[ -z "${SPECIMEND_FAULT:-}" ] || kind=printer
	printer_comes $((round + 1)) "$language"
	last=$(sql "select coalesce(max(print_job_id), 0) from clinic.print_job")
	family=$(tr 0-9 A-J <<<"$((1000 + round * 37))")
	: >"$clinic/faults"
	identified "W$round" "$family" "$(date -d "1930-01-01 +$((round * 401)) days" +%Y%m%d)" CBC CMP PT
	within 20 labels_asked || die "nothing is printed: $reply"
	sleep "0.$(printf %03d $((RANDOM % 700)))"
	fault "$kind"
	if visit_is_over; then ended=closed; else ended="stuck: $(standing)"; fi
	is "$ended" closed "$language: $(paste -sd, "$clinic/faults"): no label is lost, the visit closes"
	sql "select '$language', '$kind', count(*) filter (where state = 'printed'), count(*) filter (where state = 'failed'), count(*) filter
		(where state in ('unknown', 'void')), count(*) filter (where exists (select from clinic.print_job_log l
		where l.print_job_id = j.print_job_id and l.to_state = 'unknown')) from clinic.print_job j where kind = 'label' and print_job_id > $last" >>"$clinic/table"
	[ $((round + 1)) = "$rounds" ] || printer_goes
done

# ---- a label is printed again by its person ----------------------------------------------------------------------------------

last=$(sql "select max(print_job_id) from clinic.print_job")
identified LAST LASTPERSON 19991231 CBC
# the printer may have had trouble with labels of the visit before
is_out() {
	! rest_is_offered || act print_rest '{}'
	[ -n "$(label_of "$1" "$2")" ]
}
view
again=$(specimen 0)
within 20 is_out "$again" 1 || :
act reprint "{\"specimen_id\": \"$again\", \"reason\": \"damaged\"}"
is "$verdict $code" "stored reprinted" "a person prints a label again"
within 20 is_out "$again" 2 || :
is "$(is_out "$again" 2 && echo 2)" 2 "it comes out with the next copy number"

# ---- what must be true -----------------------------------------------------------------------------------------------------------

no_job_is_under_way() { [ "$(sql "select count(*) from clinic.print_job where state not in ('printed', 'void', 'failed', 'unknown')")" = 0 ]; }
within 20 no_job_is_under_way || :
for picture in "$clinic"/usb/*.png; do
	read_label "$picture"
	echo
done >"$clinic/pictures"
psql -X -q -A -t -v ON_ERROR_STOP=1 >"$clinic/sums" <<SQL
create temporary table picture (code text);
\\copy picture from '$clinic/pictures'
create temporary view job as select j.*, j.specimen_id || to_char(j.copy, 'FM00') as label from clinic.print_job j where kind = 'label';
select 'pictures', count(*) from picture where code <> '';
select 'no_code', count(*) from picture where code = '';
select 'separators', count(*) from clinic.print_job where kind = 'separator' and began_at is not null;
select 'twice', count(*) from (select from picture where code <> '' group by code having count(*) > 1) x;
select 'never_sent', count(*) from picture p where code <> '' and not exists (select from job j join clinic.print_job_log l using (print_job_id)
	where l.to_state = 'sending' and j.label = left(p.code, 14));
select 'printed_unseen', count(*) from job j where state = 'printed' and not exists (select from picture p where left(p.code, 14) = j.label);
select 'failed_seen', count(*) from job j where state = 'failed' and exists (select from picture p where left(p.code, 14) = j.label);
select 'under_way', count(*) from job where state not in ('printed', 'void', 'failed', 'unknown');
select 'copies_twice', count(*) from (select from job group by label having count(*) > 1) x;
select 'jobs', string_agg(state || ' ' || n, ', ') from (select state, count(*) as n from job group by state order by state) x;
select 'uncertain', count(distinct print_job_id) from clinic.print_job_log where to_state = 'unknown';
select 'sent_again_by_counter', count(*) from clinic.print_job_log where from_state = 'unknown' and to_state = 'queued';
SQL
sum() { sed -n "s/^$1|//p" "$clinic/sums"; }
echo "# language, fault: printed, failed, unknown or void at the end; uncertain at some time"
sed 's/^/# /; s/|/ /g' "$clinic/table"
sed 's/^/# /; s/|/: /' "$clinic/sums"
is "$(sum twice)" 0 "none of $(sum pictures) labels came out twice"
is "$(cat "$clinic/unasked")" "" "what is uncertain is asked about"
is "$(sum copies_twice)" 0 "each copy number is one print job's"
is "$(sum never_sent)" 0 "each label that came out was sent"
is "$(sum printed_unseen)" 0 "each that is called printed came out"
is "$(sum failed_seen)" 0 "none that is called failed did"
is "$(sum under_way)" 0 "every print job came to an end"
no_more_than "$(sum no_code)" "$(sum separators)" "what came out without a code is a separator"
is "$(grep -E "ended with status|signal [^9 ]|AddressSanitizer|runtime error|refused a call" "$clinic/log" | head -5)" "" "no program complained"
usb quit
run_pid=
clinic_count
