#!/usr/bin/env bash
# 09-script.sh: a name that no font here can write, from the sender's message to the label, with the real programs: the labels
# wait for one yes, and then all of them print; the next visit is not asked about the same name (LB-03).
set -eu
# shellcheck source=tests/scenario/clinic.sh
. "${srcdir:-.}/tests/scenario/clinic.sh"
clinic_enter 09-script.sh
clinic_begin Ana
person Ana "Room 1"

# arrives FILE CONTROL TESTS...: the order comes, the visit is opened and the patient says the birth date
arrives() {
	local file=$1 control=$2
	shift 2
	order "$file.ascii" "$control" 'شاہ^فاطمہ' U1 19660606 "$@"
	sed 's/|2\.3\r/|2.3||||||UNICODE UTF-8\r/' "$file.ascii" >"$file"
	send "$file" || die "the order is not taken: $(cat "$file.why")"
	within 10 patient_is_due || die "the patient is not due"
	act visit_open "{\"patient_id\": $(patient_of U1)}"
	view
	act visit_identify "{\"choice\": $(choice_of 19660606), \"stated_by\": {\"who\": \"patient\"}}"
}
patient_is_due() { [ -n "$(patient_of U1)" ]; }
jobs() { sql "select string_agg(distinct coalesce(j.failed_check, j.state), ' ') from clinic.print_job j where j.visit_id = (select max(visit_id) from clinic.visit)"; }
jobs_are() { [ "$(jobs)" = "$1" ]; }

arrives "$clinic/o1" 90001 CBC CMP
within 15 jobs_are spelling || :
is "$(jobs)" spelling "no label prints in letters that nobody looked at"
is "$(labels_out)" 0 "nothing came out"
view
is "$(get .ask.code)" spelling "a person is asked"
is "$(get .ask.title | grep -c 'شاہ, فاطمہ.*≈XSHAXXG, FAXTTMXXG')" 1 "with the true name and the letters of passports"
is "$(get .patient.name) $(get .patient.label_name)" "شاہ, فاطمہ null" "the true name is on the screen"
act visit_answer '{"code": "spelling", "choice": "yes"}'
is "$verdict $code" "stored name_spelled" "yes"
is_out() { [ "$(labels_out)" = "$1" ]; }
within 20 is_out 2 || :
is "$(labels_out)" 2 "one yes: both labels come out"
view
is "$(get .patient.name) $(get .patient.label_name)" "شاہ, فاطمہ ≈XSHAXXG, FAXTTMXXG" "the screen has both"
is "$(sql "select family || ' ' || spelled_family from clinic.name_spelling")" "شاہ XSHAXXG" "it is kept with the true name"
for n in 0 1; do
	view
	labelled "$(label_of "$(specimen $n)" 2)"
done
act visit_close '{"check": "patient_read"}'
is "$verdict $code" "complete visit_closed" "the visit closes"

arrives "$clinic/o2" 90002 PT
within 20 is_out 3 || :
is "$(labels_out)" 3 "the next visit's label prints at once"
is "$(sql 'select count(*) from clinic.name_spelling')" 1 "nobody was asked again"

clinic_count
