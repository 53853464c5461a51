#!/usr/bin/env bash
# 04-silent.sh: a printer that answers nothing: from the start of a set, and in the middle of one. Nothing hangs without
# a word, nothing comes out that nobody knows of, and everything goes on when it answers again.
set -eu
# shellcheck source=tests/scenario/clinic.sh
. "${srcdir:-.}/tests/scenario/clinic.sh"
clinic_enter 04-silent.sh
clinic_begin Ada
person Ada "Room 1"

jobs() { sql "select string_agg(j.state, ' ' order by j.print_job_id) from clinic.print_job j where j.visit_id = (select max(visit_id) from clinic.visit)"; }
jobs_are() { [ "$(jobs)" = "$1" ]; }

# ---- silent from the start --------------------------------------------------------------------------------------------

printer_do silent
within 10 printer_said silent || :
is "$(printer_words)" silent "the page is told that the printer is silent"
ask GET /api/me
is "$(get ".data.devices[] | select(.device_id == $printer) | .state | join(\" \")")" silent "and a page that loads now too"
identified S1 QUIET 19500101 CBC CMP PT GLU
within 10 jobs_are "queued queued queued queued" || :
is "$(jobs)" "queued queued queued queued" "the labels wait; nothing is sent"
sleep 3
view
is "$(get '[.tubes[].labels[].state] | unique | join(" ")')" queued "the labels wait for the printer, whose name stands there"
is "$(get '[.tubes[].labels[].printer] | unique | length')" 1 "one printer"
is "$(get '.ask.code // "none"')" none "nobody is asked about a label that was never sent"
is "$(labels_out)" 0 "no label came out"
printer_do ok
within 10 rest_is_offered || :
sleep 4 # longer than the service waits before it looks again
is "$(labels_out)" 0 "it answers: nothing prints by itself"
act print_rest '{}'
is "$verdict $code" "stored rest_prints" "a person says so"
within 30 tubes_are "printed printed printed printed" || :
is "$(get '[.tubes[].state] | join(" ")')" "printed printed printed printed" "all come out"
is "$(labels_out)" 4 "each once"
for n in 0 1 2 3; do
	view
	labelled "$(label_of "$(specimen $n)" 1)"
done
act visit_close '{"check": "patient_read"}'
is "$verdict $code" "complete visit_closed" "the visit closes"

# ---- silent in the middle of a set --------------------------------------------------------------------------------------

printer_do silent_inside 4 # after the trouble of before its separator comes first
identified M1 MIDDLE 19520405 CBC CMP PT GLU
within 30 question_is did_it_come_out || :
is "$(get '[.ask.code, .ask.specimen_id, (.ask.copy | tostring)] | join(" ")')" "did_it_come_out $(specimen 2) 1" "did label 3 come out?"
is "$(get .ask.title | grep -c 3)" 1 "the question names it: $(get .ask.title)"
is "$(get '[.tubes[].labels[].state] | join(" ")')" "printed printed unknown queued" "two are out, the third is uncertain, the fourth waits"
printer_do ok
within 10 printer_said ok || :
third=$(label_of "$(specimen 2)" 1)
act visit_answer "{\"code\": \"did_it_come_out\", \"choice\": \"$([ -n "$third" ] && echo yes || echo no)\"}"
[ -n "$third" ] || act reprint "{\"specimen_id\": \"$(get '.data.visit.tubes[2].specimen_id')\", \"reason\": \"did_not_come_out\"}"
within 10 rest_is_offered || :
is "$(get '[.tubes[3].labels[].state] | join(" ")')" queued "the rest waits for a person"
act print_rest '{}'
is "$verdict $code" "stored rest_prints" "who goes on here"
within 30 tubes_are "printed printed printed printed" || :
is "$(get '[.tubes[].state] | join(" ")')" "printed printed printed printed" "and the rest of the set comes out"
is "$(labels_twice)" 0 "no label came out twice"
clinic_count
