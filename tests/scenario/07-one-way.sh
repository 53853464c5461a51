#!/usr/bin/env bash
# 07-one-way.sh: a new printer that answers nothing, with the real programs: after a while it prints all the same, nobody is asked
# whether a label came out, and each is proved by its scan alone. Once it has answered, its silence is trouble again.
set -eu
# shellcheck source=tests/scenario/clinic.sh
. "${srcdir:-.}/tests/scenario/clinic.sh"
clinic_enter 07-one-way.sh
clinic_begin Ada
person Ada "Room 1"

talks() { sql "select talks from clinic.device where device_id = $printer"; }
talks_is() { [ "$(talks)" = "$1" ]; }
jobs() { sql "select string_agg(j.state, ' ' order by j.print_job_id) from clinic.print_job j where j.visit_id = (select max(visit_id) from clinic.visit)"; }
jobs_are() { [ "$(jobs)" = "$1" ]; }
printed_events() { sql "select count(*) || ' ' || coalesce(string_agg(distinct body::jsonb ->> 'evidence', ' '), '') from custody.event where kind = 'label_printed'"; }
one_way() {
	ask GET /api/me
	get ".data.devices[] | select(.device_id == $printer) | \"\\(.one_way) \\(.state | join(\" \"))\""
}
one_way_is() { [ "$(one_way)" = "$1" ]; }

within 10 talks_is answers || :
is "$(talks)" answers "a printer that answers is remembered as that"

# ---- the same, as if it were new; the core has heard nothing of it ---------------------------------------------------

printer_do silent
within 10 printer_said silent || :
core=$(role_pid core)
sql "update clinic.device set talks = 'unknown' where device_id = $printer"
kill -9 "$core"
within 30 clinic_is_well || die "the core does not come again"
within 10 one_way_is "false silent" || :
is "$(one_way)" "false silent" "it is silent, and that is trouble still"
identified S1 QUIET 19500101 CBC CMP
within 10 jobs_are "proved queued" || :
is "$(jobs) $(talks)" "proved queued unknown" "the first label waits"
is "$(labels_out)" 0 "nothing came out"

# ---- then it counts as one that cannot answer --------------------------------------------------------------------------

within 40 talks_is one_way || :
is "$(talks)" one_way "it is taken for one that cannot answer"
within 10 one_way_is "true silent" || :
is "$(one_way)" "true silent" "which the page is told"
within 60 jobs_are "unknown unknown" || :
is "$(jobs)" "unknown unknown" "both labels were sent, and nothing says what became of them"
is "$(labels_out)" 2 "both came out"
view
is "$(get '.ask.code // "none"')" none "nobody is asked about them"
is "$(get '[.tubes[].labels[].one_way] | unique | join(" ")') $(get '[.tubes[].state] | unique | join(" ")')" "true printed" "each is to be stuck and scanned"
is "$(printed_events)" "0 " "no event says that they were printed"
for n in 0 1; do
	view
	labelled "$(label_of "$(specimen $n)" 1)"
done
is "$(printed_events)" "2 scan_back" "their scans say so, once each"
is "$(jobs)" "printed printed" "and so do the jobs"
act visit_close '{"check": "patient_read"}'
is "$verdict $code" "complete visit_closed" "the visit closes"

# ---- it answers, once and for all ---------------------------------------------------------------------------------------

printer_do ok
within 10 talks_is answers || :
is "$(talks)" answers "one answer, and it is one that answers"
printer_do silent
within 10 printer_said silent || :
identified S2 AGAIN 19600202 CBC
within 10 jobs_are queued || :
sleep 25
is "$(jobs) $(talks)" "queued answers" "its silence stops it, however long"
is "$(one_way)" "false silent" "and the page says that it does not answer"
printer_do ok
within 10 rest_is_offered || :
act print_rest '{}'
is "$verdict $code" "stored rest_prints" "until it answers and a person goes on"
within 30 jobs_are printed || :
is "$(jobs)" printed "then it prints"
is "$(labels_out) $(labels_twice)" "3 0" "each label came out once"
clinic_count
