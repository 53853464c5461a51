#!/usr/bin/env bash
# 14-enrol-kinds.sh: scanners of every other kind than HID POS are enrolled on a fake USB bus below the real libusb, from the cable to
# the database: which country's keyboard, which end, whether with identifiers and control characters, and at which station; then each
# reads as it was found. A person's keyboard beside them is not touched.
set -eu
# shellcheck source=tests/scenario/clinic.sh
. "${srcdir:-.}/tests/scenario/clinic.sh"
# shellcheck source=tests/scenario/usb.sh
. "${srcdir:-.}/tests/scenario/usb.sh"
[ -n "${CLINIC_BUILD:-}" ] || [ -x tests/usb/harness ] || { echo "umockdev was not found by configure: skipped"; exit 77; }
clinic_enter 14-enrol-kinds.sh
clinic_init Ada=admin
usb_begin
usb_ok "keyboard k1"
usb_ok "wedge w1 de"
usb_ok "wedge w2 us tab"
usb_ok "wedge w3 de nothing"
usb_ok "line l1 L1"
usb_ok "dechdr d1 D1"
usb_ok "opc o1 O1"
usb_ok "snapi n1 N1"
for name in k1 w1 w2 w3 l1 d1 o1 n1; do usb_ok "plug $name"; done
usb_start
person Ada "Room 1"
gs=$(printf '\035')

looks() {
	ask GET /api/enrolment
	[ "$(get ".data | $1")" = "$2" ]
}
# as the harness takes a text
coded() { printf '%s' "$1" | sed -e 's/%/%25/g' -e 's/"/%22/g' -e "s/$gs/%1D/g"; }

# enrol NAME IDENTITY: opened for it; the code is in text
enrol() {
	act enrol_open "{\"identity\": \"$2\"}"
	[ "$code" = enrol_opened ] || die "enrolment of $1: $code"
	within 20 usb_is_open "$1" || die "$1 is not claimed"
	looks . . || :
	text=$(get .data.enrolment.code)
}
# reads NAME TEXT READING: with the one that is being enrolled, until the page says so: it may not be listened to at first, and a
# machine that stops for a quarter of a second in the middle of a keyboard's scan makes two of it
reads() {
	try_read() {
		usb "read $1 $(coded "$2")"
		within 3 looks .enrolment.read.reading "$3"
	}
	within 90 try_read "$1" "$2" "$3" || :
	found=$(get '.data.enrolment | (.ended | tostring) + " " + (.read.reading // "nothing") + " " + (.read.protocol // "") + " " + ([.read.advice[]?.word] | join(" "))')
}
# settings IDENTITY: as they are kept
settings() { sql "select d.protocol || ' ' || d.settings || ' ' || s.name from clinic.device d join clinic.station s using (station_id) where d.identity = '$1' and d.active"; }

# scans NAME IDENTITY TEXT: as a scanner of the station, when the page says that it is listened to; what is kept of it is in kept
scans() {
	within 20 looks "[.scanners[] | select(.identity == \"$2\") | .is_here] | tostring" "[true]" || die "$1 is not here"
	scan_is_kept() {
		kept=$(sql "select convert_from(s.raw, 'UTF8') || ' ' || coalesce(s.aim, 'none') || ' ' || (s.evidence ->> 'driver') || ' ' || (s.evidence ->> 'end')
			from clinic.scan s join clinic.device d using (device_id) where d.identity = '$1' order by s.scan_id desc limit 1")
		[ "${kept%% *}" = "${2#]C0}" ]
	}
	try_scan() {
		hand_pause "$3"
		usb "read $1 $(coded "$3")"
		within 3 scan_is_kept "$2" "$3"
	}
	within 90 try_scan "$1" "$2" "$3" || :
}

# ---- keyboards -----------------------------------------------------------------------------------------------------------

w1=usb:0581:020c@1-2 w2=usb:0581:020c@1-3 w3=usb:0581:020c@1-4
enrol w1 $w1
is "$(usb_is_open w2 && echo yes || echo no) $(usb_is_open k1 && echo yes || echo no)" "no no" "of several keyboards the one that was picked is claimed"
reads w1 "101000000156" other
is "$found" "null other keyboard keyboard no_aim" "another code enrols nothing"
reads w1 "${text/$gs/]}" controls
is "$found" "null controls keyboard keyboard no_aim" "nor does one whose separator comes as something else"
reads w1 "$text" found
is "$found" "enrolled found keyboard keyboard no_aim" "a scanner that plays a German keyboard"
is "$(settings $w1)" 'keyboard {"has_aim": false, "keyboard": "de", "terminator": "cr"} Room 1' "its country, its end, and that it has no identifiers are found, for this station"
scans w1 $w1 "zYyZ\"=${gs}M-09"
is "$kept" "zYyZ\"=${gs}M-09 none keyboard terminator" "Y and Z, signs and the separator are what was read"

enrol w2 $w2
reads w2 "]C0$text" found
is "$found" "enrolled found keyboard keyboard" "one of the USA that sends identifiers"
is "$(settings $w2)" 'keyboard {"has_aim": true, "keyboard": "us", "terminator": "tab"} Room 1' "and ends with Tab"
scans w2 $w2 "]C0zYyZ\"=${gs}M-09"
is "$kept" "zYyZ\"=${gs}M-09 ]C0 keyboard terminator" "it reads the same"

enrol w3 $w3
reads w3 "${text/$gs/}" found
is "$found" "enrolled found keyboard keyboard no_aim by_silence no_controls" "one that ends with nothing and leaves out the separator works, and it is said what is less than good"
is "$(settings $w3)" 'keyboard {"has_aim": false, "keyboard": "de", "terminator": "none"} Room 1' "it is set up so"
scans w3 $w3 "zYyZ\"=M-09"
is "$kept" "zYyZ\"=M-09 none keyboard idle" "its end is known by silence"

# ---- lines and SNAPI -------------------------------------------------------------------------------------------------------

# enrols NAME IDENTITY SENT FOUND SETTINGS KEPT WORDS: SENT is what it puts before a code
enrols() {
	enrol "$1" "$2"
	reads "$1" "$3$text" found
	is "$found" "enrolled found $4" "$7"
	is "$(settings "$2")" "$5 Room 1" "$1 is set up so, for this station"
	usb "heard? $1"
	is "$answer" "$8" "$1 was told nothing meanwhile"
	scans "$1" "$2" "$3zYyZ\"=${gs}M-09"
	is "$kept" "zYyZ\"=${gs}M-09 $6" "$1 reads as it was found"
}
enrols l1 usb:05e0:1701:L1 "]C0" "serial " 'serial {"maker": "other", "has_aim": true, "terminator": "cr"}' "]C0 serial terminator" \
	"text on a line, with identifiers" "ok"
enrols d1 usb:05e0:1701:D1 "" "dechdr " 'dechdr {}' "]C0 dechdr declared" "Honeywell's messages with a header" "ok"
enrols o1 usb:05e0:1701:O1 "" "opc " 'opc {}' "]C0 opc declared" "Opticon's frames" "ok"
enrols n1 usb:05e0:1900:N1 "" "snapi " 'snapi {"has_aim": false}' "]d1 snapi declared" "Zebra's SNAPI" "ok acknowledged=0 beeps=0 beep=0"
is "$(sql "select s.code || ' ' || s.verdict from clinic.scan s join clinic.device d using (device_id) where d.identity = 'usb:05e0:1900:N1' order by s.scan_id limit 1")" \
	"enrol_code_used note" "what nobody had acknowledged it says again first: the code, which is good for nothing"

# ---- nothing else was done --------------------------------------------------------------------------------------------------

is "$(sql "select count(*) || ' ' || count(*) filter (where ended = 'enrolled') from clinic.enrolment")" "7 7" "seven were enrolled"
is "$(sql "select count(distinct device_id) from clinic.scan")" 7 "and each has scanned"
usb "heard? w1"
is "$answer" "ok lights=0" "no keyboard was lit"
usb "touched?"
is "$answer" "ok no" "nobody touched the person's keyboard"
usb quit
is "$answer" "ok 0" "the service ends by itself"
run_pid=
clinic_count
