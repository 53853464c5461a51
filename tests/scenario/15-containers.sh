#!/usr/bin/env bash
# 15-containers.sh: a label for every container of the practice clinic, drawn, proved and printed by the real programs on each
# size of labels that it may be loaded with: the template follows from both; what fits none is refused and says what to load;
# a jar waits for its site (LB-01, LB-02, LB-06).
set -eu
# shellcheck source=tests/scenario/clinic.sh
. "${srcdir:-.}/tests/scenario/clinic.sh"
clinic_enter 15-containers.sh

clinic_begin Ana
person Ana "Room 1"
birth=19790314

# The bench opens a printer anew that holds other labels: what it prints just then has an unknown end.
times_here() { grep -c "bench: printer 'virtual:printer:Room 1' is here" "$clinic/log" || :; }
is_here_again() { [ "$(times_here)" -gt "$1" ]; }
# loaded WIDTH HEIGHT DPI (um): what is in the printer from now on, other than before
loaded() {
	local n
	n=$(times_here)
	sql "update clinic.device set width_um = $1, height_um = $2, resolution_dpi = $3 where device_id = $printer"
	sql "notify changed"
	within 30 is_here_again "$n" || die "the printer with $1 x $2 um does not come"
}

# visit NUMBER FAMILY TEST...: ordered, opened, identified
visit() {
	local number=$1 name=$2
	shift 2
	order "$clinic/order.$number" "8$number" "$name" "E$number" $birth "$@"
	send "$clinic/order.$number" || die "order $number is not taken"
	act visit_open "{\"patient_id\": $(patient_of "E$number")}"
	view
	act visit_identify "{\"choice\": $(choice_of $birth)}"
}
# the jobs of the last visit: number, template, state, in order of number
jobs() {
	sql "select string_agg(concat_ws(' ', s.number, j.template, j.state), ', ' order by s.number, j.print_job_id) from clinic.print_job j
		join clinic.specimen s using (specimen_id) where s.visit_id = (select max(visit_id) from clinic.visit)"
}
none_under_way() { [ "$(sql "select count(*) from clinic.print_job where state not in ('printed', 'failed', 'void', 'unknown')")" = 0 ]; }
settled() { within 60 none_under_way || :; }
jar() { sql "select j.specimen_id from clinic.jar j join clinic.specimen s using (specimen_id) where s.visit_id = (select max(visit_id) from clinic.visit)"; }
left() {
	sql "update clinic.visit set state = 'closed', closed_at = clock_timestamp() where state in ('labels', 'identify')"
	[ -z "${clinic_pictures:-}" ] || cp "$clinic"/run/labels/*.png "$clinic_pictures"
}
all="PT CMP NH3 CBC ABO GLU MACR UCUL RETI HISTO"

# ---- the usual labels (50.8 x 25.4 mm at 203 dpi), and a name that is cut
# shellcheck disable=SC2086 # a list
visit 1001 'WOLFESCHLEGELSTEINHAUSENBERGERDORFF^MARIA APARECIDA CONCEICAO' $all
is "$verdict $code" "stored identified" "identified"
settled
is "$(jobs)" "1 auto12 printed, 2 auto12 printed, 3 auto12 printed, 4 signed printed, 5 auto12 printed, 6 auto12 printed, 7 auto12 printed, 8 urine_cup printed" \
	"each container but the jar has its label on 50.8 x 25.4 mm"
view
is "$(get '.ask.code')" jar_site "the jar is asked about"
act jar_set "{\"specimen_id\": \"$(jar)\", \"site\": \"breast, upper outer quadrant, 2 o'clock\", \"side\": \"RIGHT\"}"
is "$verdict $code" "stored jar_prints" "side and site are said"
settled
is "$(jobs | grep -o '[0-9]* biopsy_jar [a-z]*')" "10 biopsy_jar printed" "then its label prints"
is "$(label_of "$(jar)" 1 | cut -c1-14)" "$(jar)01" "and a program that is not ours reads it"
left

# ---- 50 x 25 mm at 300 dpi
loaded 50000 25000 300
# shellcheck disable=SC2086 # a list
visit 1002 CASTELLANO $all
act jar_set "{\"specimen_id\": \"$(jar)\", \"site\": \"neck\", \"side\": \"\"}"
settled
is "$(jobs)" "1 clinic50x25 printed, 2 clinic50x25 printed, 3 clinic50x25 printed, 4 signed printed, 5 clinic50x25 printed, 6 clinic50x25 printed, 7 clinic50x25 printed, 8 urine_cup printed, 10 biopsy_jar printed" \
	"all print on 50 x 25 mm"
act slip_print "{\"patient_id\": $(sql "select max(patient_id) from clinic.patient")}"
settled
is "$(sql "select state from clinic.print_job where kind = 'slip' order by print_job_id desc limit 1")" printed "so does a slip"
left

# ---- labels that feed the long way, and the smallest
loaded 25400 50800 203
birth=19620203
visit 1003 OKAFOR^GRACE CBC MACR
is "$verdict $code" "question stock_wrong" "on 25.4 x 50.8 mm it is said that the cup has none"
settled
is "$(jobs)" "1 auto12_ladder printed, 2 none failed" "the tube prints as a ladder"
view
is "$(get '.tubes[1].labels[0].hint')" "load labels of 50 x 25 mm and have the printer set to them, or print at another printer" "and the tile says what to load"
left
loaded 30500 21600 300
birth=19730415
visit 1004 NGUYEN^THI CBC RETI
settled
is "$(jobs | tr ',' '\n' | sed 's/^ *[0-9]* //' | sort | paste -sd,)" "none failed,tube30x21 printed" "on 30.5 x 21.6 mm only a small tube has a label"
left
clinic_count
