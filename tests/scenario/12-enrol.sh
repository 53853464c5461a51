#!/usr/bin/env bash
# 12-enrol.sh: an administrator enrols scanners on a fake USB bus: nothing is opened before, only the one that was picked
# while it is open; what is not the code enrols nothing; the code does, and is good once; what is not what it was is held.
set -eu
# shellcheck source=tests/scenario/clinic.sh
. "${srcdir:-.}/tests/scenario/clinic.sh"
# shellcheck source=tests/scenario/usb.sh
. "${srcdir:-.}/tests/scenario/usb.sh"
[ -n "${CLINIC_BUILD:-}" ] || [ -x tests/usb/harness ] || { echo "umockdev was not found by configure: skipped"; exit 77; }
clinic_enter 12-enrol.sh
clinic_init Ada=admin
usb_begin
id=usb:0c2e:0967:19214B0217

usb_ok "scanner s1 honeywell 19214B0217"
usb_ok "scanner s2 honeywell 19214B0999"
usb_ok "line l1 L1"
usb_ok "ssi z1 Z1"
usb_ok "keyboard k1"
usb_ok "plug l1"
usb_ok "plug z1"
usb_ok "plug s1"
usb_ok "plug s2"
usb_ok "plug k1"
usb_start
person Ada "Room 1"

# looks FILTER WANT: what the page sees
looks() {
	ask GET /api/enrolment
	[ "$(get ".data | $1")" = "$2" ]
}
# as the harness takes a text
coded() { printf '%s' "$1" | sed -e 's/%/%25/g' -e 's/"/%22/g' -e "s/$(printf '\035')/%1D/g"; }

within 10 looks "[.scanners[] | select(.identity == \"$id\")] | length" 1 || :
is "$(get ".data.scanners[] | select(.identity == \"$id\") | .device")" null "a scanner that is plugged in is seen, and nobody's"
is "$(usb_is_open s1 && echo yes || echo no) $(usb_is_open s2 && echo yes || echo no)" "no no" "neither is opened"

# ---- open, for one of them ------------------------------------------------------------------------------------------

act enrol_open "{\"identity\": \"$id\"}"
is "$verdict $code" "stored enrol_opened" "an administrator opens enrolment"
within 10 usb_is_open s1 || :
is "$(usb_is_open s1 && echo yes || echo no) $(usb_is_open s2 && echo yes || echo no)" "yes no" "the one that was picked is claimed, the other is not"
looks . . || :
text=$(get .data.enrolment.code)
ask POST /api/enrol_picture '{}'
get .datamatrix | base64 -d >"$clinic/code.png"
is "$(dmtxread -m 3000 "$clinic/code.png")" "$text" "the picture for the screen says the text"
usb_ok "scan s1 101000000156 ]C0"
within 10 looks .enrolment.read.reading other || :
is "$(get '.data.enrolment | .read.reading + " " + .read.seen + " " + (.ended | tostring)')" "other 101000000156 null" "another code enrols nothing, and is told"
usb_ok "scan s1 $(coded "S$text") ]C0"
within 10 looks .enrolment.read.reading added || :
is "$(get '.data.enrolment | .read.reading + " " + (.ended | tostring)')" "added null" "nor does one with a prefix"
is "$(sql "select count(*) from clinic.scan")" 0 "what it reads meanwhile is no scan"
usb_sounds s1
is "$sounds" 0 "and it was told nothing"

# ---- the code ----------------------------------------------------------------------------------------------------------

usb_ok "scan s1 $(coded "$text") ]C0"
within 10 looks .enrolment.ended enrolled || :
is "$(get '.data.enrolment | .ended + " " + .read.reading + " " + .read.protocol')" "enrolled found hid_pos" "the code enrols it, as what it is"
is "$(sql "select d.protocol || ' ' || s.name || ' ' || length(d.fingerprint ->> 'descriptors') || ' ' || o.name from clinic.enrolment e join clinic.device d using (device_id)
	join clinic.station s on s.station_id = d.station_id join clinic.operator o on o.operator_id = e.opened_by")" "hid_pos Room 1 64 Ada" "at this station, with what it was, and by whom"
scanner_is_used() { [ "$(sql "select count(*) from clinic.scan where device_id = (select device_id from clinic.device where identity = '$id')")" -gt 0 ]; }
scans_again() {
	usb_ok "scan s1 $(coded "$text") ]C0"
	within 2 scanner_is_used
}
within 20 scans_again || :
is "$(sql "select code || ' ' || verdict from clinic.scan where device_id is not null order by scan_id limit 1")" "enrol_code_used note" "from then on it scans; the code is used, and good for nothing"
ask GET /api/me
is "$(get "[.data.devices[] | select(.transport == \"usb\") | .trouble] | tostring")" "[null]" "the station has it, and nothing is wrong"
# here IDENTITY: whether the page says that it is listened to, or why not
here=".scanners[] | select(.identity == \"$id\") | if .is_here then \"here\" else .silence.code end"
within 10 looks "$here" here || :
is "$(get ".data | $here")" here "and it is listened to"

# ---- its cable -----------------------------------------------------------------------------------------------------------

faults() { [ "$(sql "select coalesce(sum(n) filter (where fault = 'stall'), 0) || ' ' || coalesce(sum(n), 0) from clinic.device_fault")" = "$1" ]; }
usb_ok "fault s1 stall 82 0"
usb_ok "scan s1 101000000156 ]C0"
within 30 faults "1 1" || :
is "$(sql "select d.name || ' ' || f.fault || ' ' || f.n || ' ' || (f.day = current_date) from clinic.device_fault f join clinic.device d using (device_id)")" \
	"Honeywell Imaging & Mobility N5600 stall 1 true" "a stall is kept, of that scanner and that day"
ask GET /api/me
is "$(get "[.data.devices[] | select(.transport == \"usb\") | .trouble] | tostring")" "[null]" "one says nothing"
sql "update clinic.device_fault set n = 3" # so many at once, and it would be left alone
ask GET /api/me
is "$(get '.data.devices[] | select(.transport == "usb") | .trouble.code')" device_faults_bus "three are a cable or a socket, and the station is told"
ask GET /api/printer_health
is "$(get '.data.scanners[] | select(.faults.stall == 3) | .alarm.code + " " + (.trend[13].faults | tostring)')" "device_faults_bus 3" "whoever looks after scanners sees how often"

# ---- on a line: what it sends tells how it talks ---------------------------------------------------------------------------

# enrolled NAME IDENTITY: the code is read with it; what it was found to be
enrolled() {
	act enrol_open "{\"identity\": \"$2\"}"
	within 10 usb_is_open "$1" || :
	sleep 1 # what waited in it from before is thrown away first
	looks . . || :
	usb_ok "read $1 $(get .data.enrolment.code)"
	within 10 looks .enrolment.ended enrolled || :
	found=$(get '.data.enrolment | (.ended | tostring) + " " + (.read.reading // "nothing") + " " + (.read.protocol // "") + " " + ([.read.advice[]?.word] | join(" "))')
}
enrolled l1 usb:05e0:1701:L1
is "$found" "enrolled found serial no_aim" "text and a terminator, without identifiers"
is "$(sql "select settings from clinic.device where identity = 'usb:05e0:1701:L1'")" '{"maker": "other", "has_aim": false, "terminator": "cr"}' "and by which terminator"
enrolled z1 usb:05e0:1701:Z1
is "$found" "enrolled found ssi " "SSI's packets, though nobody acknowledges them yet"

# ---- not what it was -----------------------------------------------------------------------------------------------------

sql "update clinic.device set fingerprint = fingerprint || jsonb_build_object('descriptors', repeat('0', 64)) where identity = '$id'"
within 20 looks "$here" scanner_changed || :
is "$(get ".data | $here")" scanner_changed "it is plugged in, and the page does not say that it is here"
ask GET /api/me
is "$(get '[.data.devices[] | select(.transport == "usb") | .trouble.code // "well"] | sort | join(" ")')" "scanner_changed well well" "and the station is told"
problem=".scanners[] | select(.identity == \"$id\") | .problem | contains(\"is not what was enrolled\")"
within 20 looks "$problem" true || :
is "$(get ".data | $problem") $(usb_is_open s1 && echo yes || echo no)" "true yes" "a scanner with other interfaces than then is held"
act enrol_open "{\"identity\": \"$id\"}"
within 10 looks .enrolment.identity "$id" || :
is "$(get .data.enrolment.identity) $verdict" "$id stored" "it can be enrolled again"
act enrol_cancel '{}'
is "$verdict $code" "stored enrol_cancelled" "not after all"
within 10 looks "$problem" true || :
is "$(get ".data | $problem") $(usb_is_open s1 && echo yes || echo no) $(usb_is_open s2 && echo yes || echo no)" "true yes no" "then it is held again"
usb "touched?"
is "$answer" "ok no" "nobody touched the keyboard"
usb quit
is "$answer" "ok 0" "the service ends by itself"
run_pid=
clinic_count
