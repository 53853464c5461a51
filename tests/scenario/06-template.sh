#!/usr/bin/env bash
# 06-template.sh: an administrator changes a template with the real programs: a draft prints nothing, what fails the golden
# set is never live, a second person publishes, and that is on the next label without a restart, but not on one asked for
# before (LB-14).
set -eu
# shellcheck source=tests/scenario/clinic.sh
. "${srcdir:-.}/tests/scenario/clinic.sh"
clinic_enter 06-template.sh

clinic_begin Ana Ada=admin Quinn=quality
person Ada "Room 2"
person Quinn "Lab bench 1"
person Ana "Room 1"
order "$clinic/o1" 70001 CASTELLANO E1 19790314 CBC
send "$clinic/o1" || die "the order is not taken"
patient=$(patient_of E1)

# slip N: a slip is printed; it is the N-th label of the printer, in $clinic/slip.N
slip() {
	act slip_print "{\"patient_id\": $patient}"
	[ "$verdict" = stored ] || die "no slip: $reply"
	slip_is "$1"
}
slip_is() {
	within 15 test -e "$clinic/run/labels/$printer-100$1.png" || die "slip $1 does not come out"
	cp "$clinic/run/labels/$printer-100$1.png" "$clinic/slip.$1"
}
versions() { sql "select string_agg(template || ' ' || template_version, ', ' order by print_job_id) from clinic.print_job"; }
is_proved() { [ "$(sql "select count(*) from clinic.print_job where state = 'proved'")" = 1 ]; }
is_out() { [ "$(sql "select 'media_out' = any (state) from clinic.printer_truth where device_id = $printer")" = t ]; }
same() { cmp -s "$clinic/slip.$1" "$clinic/slip.$2" && echo same || echo other; }
# put FILE: a draft of slip
put() { act template_put "$(jq -n --rawfile body "$1" '{template: "slip", body: $body, note: "a line below"}')"; }

slip 1
is "$(versions)" "slip 1" "a job records its template and the version that the release brought"

# ---- a draft ----------------------------------------------------------------------------------------------------

as Ada
ask GET "/api/template_list"
is "$(get '.data.templates | length') $(get '[.data.templates[].live] | unique | join(",")')" "17 1" "all templates of the release are live"
ask GET "/api/template_get?template=slip&version=1"
jq -j .data.body <<<"$reply" >"$clinic/body"
is "$(cmp "$clinic/body" "$srcdir/printers/templates/slip.json" 2>&1)" "" "the text is the file's"
jq '.boxes += [{kind: "rule", x: 1, y: 23.7, width: 30, height: 0.25}]' "$clinic/body" >"$clinic/new"
jq '(.boxes[] | select(.field == "name") | .size_min) = 3 | (.boxes[] | select(.field == "name") | .size_max) = 3
	| (.boxes[] | select(.field == "name") | .width) = 14 | .boxes |= map(del(.gives_way_to, .narrow_width))' "$clinic/body" >"$clinic/bad"
ask POST /api/template_preview "$(jq -n --rawfile body "$clinic/new" '{template: "slip", body: $body, dpi: 203}')"
get .png | base64 -d >"$clinic/preview"
is "$(get .ok) $(get .width_dots) $(head -c 4 "$clinic/preview" | tail -c 3)" "true 400 PNG" "a preview is a picture of the label's dots"
for name in aliquot auto12 auto12_ladder biopsy_jar clinic50x25 signed tube30x21 urine_cup; do
	act template_golden "{\"template\": \"$name\", \"version\": 1}"
	is "$verdict $code $(get '.data.golden.failures[:3] | tostring')" "stored template_passed []" "$name passes with this site's own containers and tests"
done
put "$clinic/bad"
is "$verdict $code" "stored template_stored" "a draft is stored"
act template_propose '{"template": "slip", "version": 2}'
is "$verdict $code" "question template_not_tried" "and can not be proposed before it was tried"
act template_golden '{"template": "slip", "version": 2}'
is "$verdict $code" "question template_failed" "the golden set finds what is wrong with it"
is "$(get '.data.golden.failures[0].check')" name_fit "and says which check"
act template_propose '{"template": "slip", "version": 2}'
is "$verdict $code" "question template_failed_golden" "so it can not be proposed"
act template_golden '{"template": "slip", "version": 9}'
is "$verdict $code" "question template_unknown" "what is not there is not tried"
put "$clinic/new"
act template_golden '{"template": "slip", "version": 3}'
is "$verdict $code $(get .data.golden.failed)" "stored template_passed 0" "the next draft passes"
as Ana
slip 2
is "$(same 1 2)" same "none of it is on a label yet"
act template_golden '{"template": "slip", "version": 3}'
is "$verdict $code" "question not_allowed" "a medical assistant tries no templates"
for name in propose publish turn_down; do
	act template_$name '{"template": "slip", "version": 3, "live": 1, "note": "no"}'
	is "$verdict $code" "question not_allowed" "nor is it hers to $name one"
done

# ---- the second person ------------------------------------------------------------------------------------------

as Quinn
act template_publish '{"template": "slip", "version": 3, "live": 1}'
is "$verdict $code" "question template_not_proposed" "quality publishes nothing that nobody proposed"
as Ada
act template_propose '{"template": "slip", "version": 3}'
is "$verdict $code" "stored template_proposed" "the administrator proposes it"
act template_publish '{"template": "slip", "version": 3, "live": 1}'
is "$verdict $code" "question template_own" "and does not publish it"
as Quinn
ask GET "/api/template_get?template=slip&version=3"
is "$(get '.data.acts | join(" ")') $(get .data.live)" "publish turn_down 1" "quality may do both, and sees against what"
act template_golden '{"template": "slip", "version": 3}'
is "$verdict $code" "stored template_passed" "quality may try it again"
act template_turn_down '{"template": "slip", "version": 3}'
is "$verdict $code" "question template_words_missing" "it is not turned down without a word"
act template_turn_down '{"template": "slip", "version": 3, "note": "too near to the edge"}'
is "$verdict $code" "stored template_turned_down" "with one, it is"
act template_publish '{"template": "slip", "version": 3, "live": 1}'
is "$verdict $code" "question template_not_proposed" "and can not be published then"
as Ada
act template_propose '{"template": "slip", "version": 3}'
is "$verdict $code" "stored template_proposed" "unless it is proposed again"
as Ana

# ---- published, while a label waits ----------------------------------------------------------------------------

ask POST /api/virtual_printer "{\"device_id\": $printer, \"mode\": \"out_of_labels\"}"
within 10 is_out || die "nobody hears that labels are out" # else the slip may go before
act slip_print "{\"patient_id\": $patient}"
within 10 is_proved || die "the job is not proved"
as Quinn
act template_publish '{"template": "slip", "version": 3, "live": 1}'
is "$verdict $code" "stored template_published" "it is published"
is "$(sql "select string_agg(o.name, ' ' order by a.template_act_id) from clinic.template_act a join clinic.operator o using (operator_id)")" "Ada Quinn Ada Quinn" "who did what is kept"
as Ana
ask POST /api/virtual_printer "{\"device_id\": $printer, \"mode\": \"ok\"}"
slip_is 3
slip 4
is "$(same 1 3) $(same 1 4)" "same other" "the label that waited is as it was asked for; the next is new, and nothing was restarted"
is "$(versions)" "slip 1, slip 1, slip 1, slip 3" "and each job says which it was"
role=$(role_pid press)
kill -9 "$role"
within 20 clinic_is_well || die "the press does not come back"
slip 5
is "$(same 4 5)" same "a new press draws the live version"
clinic_count
