#!/usr/bin/env bash
# 03-database.sh: a database that is slow for one tube, and one that takes no writes for a while. NOT STORED is said at
# every door, within its deadline; nobody else waits; nothing is lost, and it comes back by itself.
set -eu
# shellcheck source=tests/scenario/clinic.sh
. "${srcdir:-.}/tests/scenario/clinic.sh"
clinic_enter 03-database.sh

# timed COMMAND...: how long it took, in milliseconds, in took
timed() {
	local began
	began=$(now_ms)
	"$@"
	took=$(($(now_ms) - began))
}

clinic_begin Ana Ben
person Ben "Room 2"
person Ana "Room 1"
identified S1 ALPHA 19440404 CBC CMP
within 15 tubes_are "printed printed" || die "the labels do not come out: $reply"
slow=$(label_of "$(specimen 0)" 1)
other=$(label_of "$(specimen 1)" 1)
as Ben
identified S2 BRAVO 19550505 CBC CMP PT
within 15 tubes_are "printed printed printed" || die "the labels do not come out: $reply"
quick=()
for n in 0 1 2; do
	quick+=("$(label_of "$(specimen $n)" 1)")
done
sleep 5 # so that no scan is asked back

# ---- somebody holds one tube's row for seven seconds ------------------------------------------------------------

sql "begin" -c "select from custody.subject where subject = '${slow:0:12}' for update" -c "select pg_sleep(7)" -c "rollback" >/dev/null &
holder=$!
clinic_pids+=("$holder")
row_is_held() { [ "$(sql "select count(*) from pg_stat_activity where query like 'select pg_sleep%' and state = 'active'")" = 1 ]; }
within 5 row_is_held || die "the row is not held"
as Ana
(
	timed typed "$slow"
	echo "$status $verdict $took" >"$clinic/blocked"
) &
blocked=$!
clinic_pids+=("$blocked")
timed health >/dev/null
no_more_than "$took" 1500 "health answers while a scan waits, in milliseconds"
as Ben
slowest=0
said=
for label in "${quick[@]}"; do
	timed scan "$label"
	said="$said $code"
	[ "$took" -le "$slowest" ] || slowest=$took
	sleep 1 # over several seals: they wait for the one that is stuck, and must not make others wait
done
is "$said" " on_tube on_tube labels_done" "another station's scans go on"
no_more_than "$slowest" 2500 "without waiting, in milliseconds"
ordered S3 CHARLY 19660606 CBC
is "$(grep -c '^MSA|AA' "$clinic/S3.answer")" 1 "and an order is taken"
wait "$blocked" || :
read -r said_status said_verdict said_ms <"$clinic/blocked"
is "$said_status $said_verdict" "503 not_stored" "who scanned that tube is told that it is not stored"
no_more_than "$said_ms" 8500 "within the deadline, in milliseconds"
wait "$holder" || :
as Ana
typed "$slow"
is "$verdict $code" "stored on_tube" "scanned again, it is stored"
is "$(sql "select count(*) from custody.event where subject = '${slow:0:12}' and kind = 'labelled'")" 1 "once"

# ---- a database that takes no writes ---------------------------------------------------------------------------------

before=$(sql "select (select count(*) from custody.event) || ' ' || (select count(*) from clinic.scan) || ' ' || (select count(*) from clinic.hl7_message)")
sql "alter system set default_transaction_read_only = on" -c "select pg_reload_conf()" >/dev/null
writes_are_refused() {
	typed X
	[ "$verdict" = not_stored ]
}
within 10 writes_are_refused || :
typed "$other"
is "$status $verdict" "503 not_stored" "a typed scan is not stored"
scan "$other"
is "$verdict" not_stored "the page is told of a scanner's scan that it is not stored"
act visit_close '{"check": "patient_read"}'
is "$status $verdict" "503 not_stored" "a button says so"
order "$clinic/S4" S4 DELTA S4 19770707 CBC
said=0
send "$clinic/S4" || said=$?
is "$said $(grep -c '^MSA|AR' "$clinic/S4.answer") $(tr -d "\n" <"$clinic/S4.answer" | grep -c 207)" "1 1 1" "an order is answered: not stored, send again"
view
is "$(get .state)" labels "what is stored can be read"
timed health >/dev/null
no_more_than "$took" 1500 "health answers, in milliseconds"
before_is_all() {
	[ "$(sql "select (select count(*) from custody.event) || ' ' || (select count(*) from clinic.hl7_message)")" = "${before%% *} ${before##* }" ]
}
is "$(before_is_all && echo yes)" yes "nothing has moved"

sql "set default_transaction_read_only = off" -c "alter system reset default_transaction_read_only" -c "select pg_reload_conf()" >/dev/null
late_is_stored() { [ "$(sql "select count(*) from clinic.scan where code = 'scan_late'")" = 1 ]; }
within 10 late_is_stored || :
is "$(sql "select count(*) from clinic.scan where code = 'scan_late'")" 1 "the scanner's scan is stored late, by itself"
view
is "$(get '[.tubes[].state] | join(" ")')" "labelled printed" "and moves nothing: its person was told to scan again"
within 10 send "$clinic/S4" || :
is "$(grep -c '^MSA|AA' "$clinic/S4.answer")" 1 "the order is taken when it is sent again"
is "$(sql "select count(*) from clinic.hl7_message where control_id = 'S4'")" 1 "once"
scan "$other"
is "$verdict $code" "complete labels_done" "the tube is scanned again, and the set is complete"
act visit_close '{"check": "patient_read"}'
is "$verdict $code" "complete visit_closed" "the visit closes"
within 10 all_is_sealed || :
is "$(verify | cut -d: -f1)" intact "custody is intact"
is "$(grep -E "ended with status|ended by signal|AddressSanitizer|runtime error|refused a call" "$clinic/log" | head -5)" "" "no role ended or complained"
clinic_count
