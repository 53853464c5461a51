#!/usr/bin/env bash
# 01-morning.sh: a medical assistant's morning with the real programs: an order comes over MLLP, three tubes are
# labelled and collected in six actions, and everything that goes wrong on such a morning (contrib/FLOWS.md 1.1).
set -eu
# shellcheck source=tests/scenario/clinic.sh
. "${srcdir:-.}/tests/scenario/clinic.sh"
clinic_enter 01-morning.sh

clinic_begin Ana Ben
person Ben "Room 2"
person Ana "Room 1"

# ---- the order comes, twice -------------------------------------------------------------------------------

order "$clinic/o1" 70001 CASTELLANO E1 19790314 CBC CMP PT
send "$clinic/o1" && is "$(grep -c '^MSA|AA|70001' "$clinic/o1.answer")" 1 "an order over MLLP is taken"
cp "$clinic/o1.answer" "$clinic/first"
send "$clinic/o1" || :
is "$(cmp "$clinic/first" "$clinic/o1.answer" 2>&1)" "" "the same message again gets the first answer, byte for byte"
is "$(sql "select (select count(*) from clinic.hl7_message) || ' ' || (select count(*) from clinic.lab_order_test)")" "1 3" \
	"and is one message with three tests"

# ---- six actions --------------------------------------------------------------------------------------------

patient=$(patient_of E1)
act slip_print "{\"patient_id\": $patient}"
is "$verdict" stored "the desk prints a slip"
within 10 test -e "$clinic/run/labels/$printer-1001.png" || die "the slip does not come out"
ask GET /api/collections_due
slip=$(get ".data.due[] | select(.number == \"E1\") | .slip")
actions=0
scan "$slip" ']C0'
is "$verdict $code" "stored visit_opened" "action 1: the slip opens the visit"
view
is "$(get '[.state, .patient.name, .patient.birth_date, (.birth_choices | length)] | map(tostring) | join(" ")')" \
	"identify CASTELLANO, ANN null 4" "the birth date is hidden, four are shown"
act visit_identify "{\"choice\": $(choice_of 19790314)}"
is "$verdict $code" "stored identified" "action 2: the date that the patient said"
within 15 tubes_are "printed printed printed" || die "the labels do not come out: $reply"
is "$(get '[.tubes[].container.cap] | join(", ")')" "LIGHT BLUE, GOLD, LAVENDER" "three labels print in order of draw"
is "$(get '[.tubes[].priority] | join("")')" "" "a routine order has no band"
is "$(labels_out) $(labels_twice)" "4 0" "the printer put out a slip and three labels"
tubes=()
for n in 0 1 2; do
	tubes+=("$(specimen $n)")
done
first=$(label_of "${tubes[0]}" 1)
is "${first:0:14}" "${tubes[0]}01" "another program reads the square code of a label"
ask GET "/api/virtual_labels?device_id=$printer"
number=$(get '.labels[0].number')
curl -s -m 5 -b "$me/cookies" "$url/api/virtual_label?device_id=$printer&number=$number" >"$clinic/picture"
is "$(cmp "$clinic/picture" "$clinic/run/labels/$printer-1004.png" 2>&1)" "" "the page shows what lies in the tray"
sleep 4.5 # sticking and filling; sooner is asked back
scan "$first"
is "$verdict $code $(get '.data.about.next_place.name')" "stored on_tube RACK" "action 3: on the tube, and where it goes"
scan "${tubes[1]}" ']C0'
is "$verdict $code $(get '.data.about.next_place.name')" "stored on_tube SPIN" "action 4: the line code does too"
scan "$first"
is "$verdict $code" "repeat on_tube_already" "once more changes nothing"
actions=$((actions - 1))
act visit_close '{"check": "patient_read"}'
is "$verdict $code" "question labels_open" "the visit does not close while a label is open"
actions=$((actions - 1))
scan "$(label_of "${tubes[2]}" 1)"
is "$verdict $code" "complete labels_done" "action 5: the last tube"
view
is "$(get '[.state, .tubes[].state] | join(" ")')" "check labelled labelled labelled" "labelled is not collected yet"
act visit_close '{"check": "patient_read"}'
is "$verdict $code" "complete visit_closed" "action 6: the patient read a tube"
is "$(get '[.data.visit.tubes[].state] | join(" ")')" "collected collected collected" "three tubes are collected"
is "$actions" 6 "a person did six things"

within 10 all_is_sealed || :
is "$(verify | cut -d: -f1)" intact "verify says intact once the seal is there"
ask GET "/api/timeline?specimen_id=${tubes[0]}"
is "$(get '[.data.events[].kind] | join(" ")')" "prepared label_printed labelled collected" "its timeline tells each step"
is "$(get '[.data.verified, (.data.events | map(.seal.state) | unique[])] | join(" ")')" "intact sealed" "with its proof"

# ---- orders that need a person ----------------------------------------------------------------------------------

cp "$srcdir/contrib/samples/malformed.hl7" "$srcdir/contrib/samples/unmapped.hl7" "$clinic"
send "$clinic/malformed.hl7" || :
is "$(grep -c '^MSA|AE' "$clinic/malformed.hl7.answer")" 1 "a message without a patient's number is refused"
cp "$clinic/malformed.hl7.answer" "$clinic/first"
send "$clinic/malformed.hl7" || :
is "$(cmp "$clinic/first" "$clinic/malformed.hl7.answer" 2>&1)" "" "again, with the same bytes"
send "$clinic/unmapped.hl7" && is "$(grep -c '^MSA|AA' "$clinic/unmapped.hl7.answer")" 1 "a test nobody has mapped is taken"
ask GET /api/collections_due
lab_order=$(get '.data.amber[] | select(.kind == "test_unknown") | .lab_order_id')
unmapped=$(get '.data.due[] | select(.printable == false) | .patient_id')
act visit_open "{\"patient_id\": $unmapped}"
is "$verdict $code" "question not_printable" "and waits on the amber list"
act order_mend "{\"lab_order_id\": $lab_order, \"test_map\": {\"RVS8814\": \"NH3\"}}"
is "$verdict $code" "stored order_mended" "until somebody says what it is"
ask GET /api/collections_due
is "$(get "[.data.due[] | select(.patient_id == $unmapped) | .printable] | tostring")" "[true]" "then it can be printed"

# ---- who is it? ---------------------------------------------------------------------------------------------------

ordered E2 WRONGPICK 19520606 CBC
out=$(labels_out)
act visit_open "{\"patient_id\": $patient}"
view
act visit_identify "{\"choice\": $((1 + $(choice_of 19520606) % 4))}"
is "$verdict $code" "stop wrong_birth_date" "another birth date stops the visit"
view
is "$(get '.visit_id // "none"') $(labels_out)" "none $out" "and no label printed"
act visit_open "{\"patient_id\": $patient}"
is "$verdict $code" "question open_from_slip" "from the list it does not open again"

# ---- another patient's label, a void label -----------------------------------------------------------------------------

identified E3 REPRINT 19450505 CBC CMP
within 15 tubes_are "printed printed" || die "the labels do not come out: $reply"
gold=$(specimen 0)
lavender=$(specimen 1)
scan "$first"
is "$verdict $code" "stop wrong_patient" "another patient's label stops"
scan "$(label_of "$gold" 1)"
is "$verdict $code" "stop locked" "and locks the station, for the right label too"
act visit_close '{"check": "patient_read"}'
is "$verdict $code" "stop locked" "and for every button"
act alarm_answer '{"choice": "label_removed"}'
is "$verdict $code" "stop scan_it_again" "until the wrong one was scanned again"
scan "$first"
is "$verdict $code" "stop label_or_tube" "which asks what was done with it"
act alarm_answer '{"choice": "label_removed"}'
is "$verdict $code" "stored label_removed" "and goes on"
act reprint "{\"specimen_id\": \"$gold\", \"reason\": \"because\"}"
is "$verdict $code" "question reason_needed" "a reprint needs one of the reasons"
act reprint "{\"specimen_id\": \"$gold\", \"reason\": \"damaged\"}"
is "$verdict $code" "stored reprinted" "a torn label is printed again"
within 10 labels_are 0 "printed printed" || :
is "$(get '[.tubes[0].labels[].state] | join(" ")')" "printed printed" "as copy 2"
scan "$gold" ']C0'
is "$verdict $code" "question scan_the_square" "the line code can not tell copies apart"
labelled "$(label_of "$gold" 2)"
is "$verdict $code" "stored on_tube" "the square code can"
within 3 question_is old_label || :
is "$(get '[.ask.specimen_id, (.ask.copy | tostring)] | join(" ")')" "$gold 1" "the old one is asked for"
act visit_answer '{"code": "old_label", "choice": "torn_up"}'
is "$verdict $code" "stored label_ended" "and torn up"
scan "$(label_of "$gold" 1)"
is "$verdict $code" "stop label_void" "a label that was torn up and turns up again stops"
scan "$(label_of "$gold" 1)"
act alarm_answer '{"choice": "label_removed"}'
is "$verdict" stored "and is settled"
act not_collected "{\"specimen_id\": \"$lavender\", \"reason\": \"could_not_draw\"}"
is "$verdict $code" "stored not_collected" "a tube that could not be drawn"
act label_end "{\"specimen_id\": \"$lavender\", \"copy\": 1, \"end\": \"destroyed\", \"reason\": \"torn_up\"}"
is "$verdict $code" "complete labels_done" "its label is torn up"
act visit_close '{"check": "patient_read"}'
is "$verdict $code" "complete visit_closed" "and the visit closes"
is "$(get '[.data.visit.tubes[].state] | join(" ")')" "collected not_collected" "with one tube collected"
is "$(patient_of E3)" "$patient" "what was not drawn is due again"

# ---- out of labels in the middle of a set ----------------------------------------------------------------------------------

printer_do ok 2
out=$(labels_out)
identified E4 OUTOFLABELS 19300303 CBC CMP PT
within 10 tubes_are "printed printed waiting" || :
is "$(get '[.tubes[].labels[0].state] | join(" ")')" "printed printed queued" "two labels are out, the third waits"
within 5 printer_said media_out || :
is "$(printer_words)" media_out "the page is told that labels are out"
within 5 trouble_is "Room 1 printer, media_out, 1, false" || :
is "$(trouble)" "Room 1 printer, media_out, 1, false" "and what waits for whom"
act print_rest '{}'
is "$verdict $code" "question printer_not_ready" "nobody goes on without labels"
printer_do ok
within 10 rest_is_offered || :
sleep 4 # longer than the service waits before it looks again
view
is "$(get '[.tubes[].state] | join(" ")')" "printed printed waiting" "with a new roll nothing prints by itself"
act print_rest '{}'
is "$verdict $code" "stored rest_prints" "a person says so"
within 10 tubes_are "printed printed printed" || :
is "$(get '[.tubes[].labels[] | .state] | join(" ")')" "printed printed printed" "and the third comes out"
is "$(($(labels_out) - out)) $(labels_twice)" "3 0" "each once"
labelled "$(label_of "$(specimen 0)" 1)" "$(label_of "$(specimen 1)" 1)" "$(label_of "$(specimen 2)" 1)"
act visit_close '{"check": "patient_read"}'
is "$verdict $code" "complete visit_closed" "that visit closes"

# ---- a printer that falls silent with a label inside ---------------------------------------------------------------------------

label_is() {
	view
	[ "$(get '.tubes[0].labels[0].state')" = "$1" ]
}

printer_do silent_inside 2 # after the trouble of before its separator comes first
identified E5 SILENT 19510405 CBC
within 15 label_is printing || die "the label is not under way: $reply"
silent=$(specimen 0)
out=$(labels_out)

# ---- meanwhile in the other room: park, resume, Stop ----------------------------------------------------------------------------

as Ben
identified E6 PARKED 19660606 CBC CMP
within 15 tubes_are "printed printed" || die "the labels of the other room do not come out: $reply"
parked=$(get .visit_id)
act visit_park '{}'
is "$verdict $code" "stored parked" "the other room works on; its patient fainted: parked"
view
is "$(get '.visit_id // "none"')" none "nothing is open there"
act visit_resume "{\"visit_id\": $parked}"
is "$verdict $code" "stored visit_resumed" "and resumed"
within 5 tubes_are "printed printed" || :
held=$(label_of "$(specimen 0)" 1)
labelled "$held"
is "$verdict $code" "stored on_tube" "one tube is labelled"
act mistake '{"note": "wrong chair"}'
is "$verdict $code" "stored mistake" "Stop: we made a mistake"
is "$(get '[.data.visit.state, .data.visit.tubes[].labels[].state] | join(" ")')" "mistake voided voided" "its labels are void"
ask GET "/api/timeline?specimen_id=${held:0:12}"
is "$(get '.data.events[-1].kind')" held "its tubes are held"
is "$(patient_of E6)" "$patient" "the tests are due again"
scan "$held"
is "$verdict $code" "stop tube_on_hold" "scanning the held tube stops"
scan "$held"
act alarm_answer '{"choice": "tube_set_aside"}'
is "$verdict $code" "stored tube_set_aside" "and it is set aside"
as Ana

# ---- did it come out? ---------------------------------------------------------------------------------------------------------------

within 15 question_is did_it_come_out || :
is "$(get '[.ask.code, .ask.specimen_id] | join(" ")')" "did_it_come_out $silent" "a printer that says nothing: a person is asked"
printer_do ok
act visit_answer '{"code": "did_it_come_out", "choice": "not_sure"}'
is "$verdict $code" "stored reprinted" "not sure: another copy"
within 10 rest_is_offered || :
act print_rest '{}'
is "$verdict $code" "stored rest_prints" "which waits until somebody has looked into the printer"
within 10 labels_are 0 "old printed" || :
is "$(get '[.tubes[0].labels[] | "\(.copy) \(.state)"] | join(", ")')" "1 old, 2 printed" "copy 2 is printed, copy 1 is to be torn up"
is "$(labels_twice)" 0 "no label came out twice"
labelled "$(label_of "$silent" 2)"
is "$verdict $code" "stored on_tube" "copy 2 goes on the tube"
act label_end "{\"specimen_id\": \"$silent\", \"copy\": 1, \"end\": \"destroyed\", \"reason\": \"torn_up\"}"
act visit_close '{"check": "patient_read"}'
is "$verdict $code" "complete visit_closed" "and the visit closes"

# ---- the end of the morning -----------------------------------------------------------------------------------------------------------

within 10 all_is_sealed || :
is "$(verify | cut -d: -f1)" intact "everything that happened is intact"
is "$(sql "select count(*) from clinic.print_job where state not in ('printed', 'void')")" 0 "no print job is left open"
is "$(grep -c 'ERR\|our bug\|SQLSTATE' "$clinic/log" || :)" 0 "the service's log has no error of ours"
clinic_count
