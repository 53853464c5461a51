#!/usr/bin/env bash
# 10-health.sh: what the real programs make of a printer's labels: read by a scanner, typed by hand because one does not read,
# misread; and the test pattern, which comes out and is looked at (LB-10).
set -eu
# shellcheck source=tests/scenario/clinic.sh
. "${srcdir:-.}/tests/scenario/clinic.sh"
clinic_enter 10-health.sh
clinic_begin Ana Ada=admin
person Ada "Room 2"
ada_printer=$printer
person Ana "Room 1"
ana_printer=$printer

# health PRINTER FILTER: of that printer, as the administrator sees it
health_of() {
	as Ada
	ask GET /api/printer_health
	get ".data.printers[] | select(.device_id == $1) | $2"
	as Ana
}
counts='"\(.read) \(.no_read) \(.again) \(.failed)"'
# by_hand CODE: the page says that a hand typed it
by_hand() { ask POST /api/scan "{\"request_id\": \"$(uuid)\", \"args\": {\"raw\": \"$(printf '%s' "$1" | base64 -w0)\", \"source\": \"hand\"}}"; }

identified H1 WORN 19500101 CBC CMP PT
within 30 tubes_are "printed printed printed" || die "the labels do not come out"
view
first=$(specimen 0) second=$(specimen 1)
labelled "$(label_of "$first" 1)"
is "$(health_of "$ana_printer" "$counts")" "1 0 0 0" "a label that a scanner read"
by_hand "$(label_of "$second" 1)"
is "$(health_of "$ana_printer" "$counts")" "2 1 0 0" "one whose number was typed"
digit=${first:8:1}
scan "${first:0:8}$(((digit + 1) % 10))${first:9}"
is "$code $(health_of "$ana_printer" "$counts")" "misread 2 2 0 0" "one that was read wrong"
is "$(health_of "$ana_printer" .judged) $(health_of "$ada_printer" .judged)" "worse open" "that is too many; of the other printer nothing is known"
is "$(health_of "$ana_printer" '.trend[13].no_read')" 2 "today"
ask GET /api/printer_health
judge
is "$verdict $code" "question not_allowed" "a medical assistant is not asked to look after printers"

# ---- the test pattern --------------------------------------------------------------------------------------------

as Ada
act pattern_print "{\"device_id\": $ada_printer}"
is "$verdict $code" "stored pattern_prints" "the test pattern is asked for"
test=$(get .data.printer_test_id)
within 15 test -e "$clinic/run/labels/$ada_printer-1001.png" || die "the pattern does not come out"
is_printed() { [ "$(sql "select state from clinic.print_job where kind = 'pattern'")" = printed ]; }
within 15 is_printed || die "the pattern is not known as printed"
act pattern_answer "{\"printer_test_id\": $test, \"white_lines\": true}"
is "$verdict $code" "stored pattern_lines" "somebody saw white lines"
act pattern_answer "{\"printer_test_id\": $test, \"white_lines\": false}"
is "$verdict $code" "repeat pattern_answered_already" "once"
is "$(health_of "$ada_printer" '"\(.tests[0].white_lines) \(.tests[0].answered_by) \(.test_due)"')" "true Ada false" "which is kept"
clinic_count
