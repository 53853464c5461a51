#!/usr/bin/env bash
# 11-kinds.sh: scanners of other kinds than HID POS on a fake USB bus below the real libusb: listed and not touched, assigned with
# how they talk, a label read with each from the cable to the page and the verdict's sound; a keyboard that nobody assigned is left alone.
set -eu
# shellcheck source=tests/scenario/clinic.sh
. "${srcdir:-.}/tests/scenario/clinic.sh"
# shellcheck source=tests/scenario/usb.sh
. "${srcdir:-.}/tests/scenario/usb.sh"
[ -n "${CLINIC_BUILD:-}" ] || [ -x tests/usb/harness ] || { echo "umockdev was not found by configure: skipped"; exit 77; }
clinic_enter 11-kinds.sh
clinic_init Ada
usb_begin
usb_ok "keyboard k1"
usb_ok "wedge w1"
usb_ok "line l1 L1"
usb_ok "ssi z1 Z1"
usb_ok "snapi n1 N1"
for name in k1 w1 l1 z1 n1; do usb_ok "plug $name"; done
usb_start
w1=usb:0581:020c@1-2 l1=usb:05e0:1701:L1 z1=usb:05e0:1701:Z1 n1=usb:05e0:1900:N1

# ---- found, and not touched -------------------------------------------------------------------------------------------

within 20 device_says found "N1" || :
device found >"$clinic/found"
is "$(grep -c '^  perhaps a scanner' "$clinic/found")" 5 "all five are found"
is "$(grep -A 2 "$l1" "$clinic/found" | sed -n '2s/^ *//p')" "(--protocol as it is set up, one of: serial ssi dechdr opc)" "what a line may talk is said"
is "$(grep -A 1 "$w1" "$clinic/found" | sed -n '2s/^ *//p')" "(a keyboard: only if it is a scanner that plays one, --protocol keyboard)" "a keyboard is only perhaps one"
for name in w1 l1 z1 n1; do
	usb "state? $name"
	is "$(grep -o 'opened=[0-9]*\|transfers=[0-9]*' <<<"$answer" | tr '\n' ' ')" "opened=0 transfers=0 " "$name is not touched"
done

# ---- assigned ----------------------------------------------------------------------------------------------------------

person Ada "Room 1"
assign() { device assign "$@" --station "$station"; }
is "$(assign "$w1" | grep -c "it is a keyboard, perhaps a person's")" 1 "a keyboard is assigned only when somebody says that it is a scanner"
is "$(assign "$l1" | grep -c "how this scanner talks is not known")" 1 "of a line it is said how it talks"
is "$(assign "$n1" --protocol ssi | grep -c "it can not talk ssi")" 1 "what a device can not be is refused"
is "$(assign "$l1" --protocol serial --keyboard de | grep -c "not set to any keyboard")" 1 "and what means nothing with a protocol"
is "$(assign "$w1" --protocol keyboard --keyboard de | grep -c "keyboard de$")" 1 "a scanner that plays a German keyboard"
is "$(assign "$l1" --protocol serial --maker opticon --terminator cr | grep -c '^assigned to Room 1')" 1 "one on a line"
is "$(assign "$z1" --protocol ssi | grep -c '^assigned to Room 1')" 1 "one that speaks SSI"
is "$(assign "$n1" | grep -c ', snapi$')" 1 "SNAPI need not be said"
for name in w1 l1 z1 n1; do
	within 10 usb_is_open "$name" || :
	is "$(usb_is_open "$name" && echo yes || echo no)" yes "$name is taken"
done
sleep 1 # what waited in them from before is thrown away first

# ---- a label is read with each ------------------------------------------------------------------------------------------

# heard NAME TEXT: reads it with the scanner of that name; what the page heard is in verdict and code
heard() {
	local before heard=
	before=$(stat -c %s "$me/events")
	verdict=
	code=
	hand_pause "$2"
	usb_ok "read $1 $2"
	within 6 scan_is_heard "$before" || return 0
	reply=$(head -n 1 <<<"$heard" | cut -f2 | jq -c .reply)
	judge
}
# told_is NAME WORDS: what the scanner was told in the end
told_is() {
	usb "heard? $1"
	[ "$answer" = "ok $2" ]
}
identified K1 KINDS 19500101 CBC CMP
within 20 tubes_are "printed printed" || :
first=$(label_of "$(specimen 0)" 1)
second=$(label_of "$(specimen 1)" 1)
is "${#first} ${#second}" "16 16" "both labels can be read"
sleep 5.2 # a label scanned sooner is asked for again
heard l1 "$first"
is "$verdict" stored "the first by the line: stored"
within 3 told_is l1 1b420d1b4c0d || :
is "$answer" "ok 1b420d1b4c0d" "and it was told to beep and to light up, as its maker wants it"
heard z1 "$first"
is "$verdict" repeat "by SSI: a repeat"
heard z1 "$(sql "select custody.id_make('specimen', 900, 999999)")"
is "$verdict" question "a label that nobody knows"
within 3 told_is z1 "acknowledged=2 beeps=1 beep=15" || :
is "$answer" "ok acknowledged=2 beeps=1 beep=15" "both packets are acknowledged, and the error is heard"
heard w1 "$second"
is "$verdict" complete "the second by the keyboard: the set is complete"
usb "heard? w1"
is "$answer" "ok lights=0" "which nobody lights"
heard n1 "$second"
is "$verdict" repeat "by SNAPI: a repeat"
within 3 told_is n1 "acknowledged=1 beeps=0 beep=0" || :
is "$answer" "ok acknowledged=1 beeps=0 beep=0" "acknowledged, and told by silence"
is "$(sql "select string_agg(concat_ws(' ', s.evidence ->> 'driver', s.evidence ->> 'end', s.aim), ', ' order by s.scan_id) from clinic.scan s join clinic.device d using (device_id) where d.transport = 'usb'")" \
	"serial terminator, ssi declared ]d1, ssi declared ]d1, keyboard terminator, snapi declared ]d1" "all are kept with how they were read"

# ---- set up otherwise, killed, released ------------------------------------------------------------------------------------

# taken NAME INTERFACES: since it was plugged in
taken() {
	usb "state? $1"
	[[ " $answer " = *" claims=$2 "* ]]
}
is "$(assign "$l1" --terminator lf | grep -c 'serial .*lf')" 1 "the line ends its codes otherwise now"
within 20 taken l1 4 || :
sleep 1 # as above
usb_ok "read l1 $first"
within 10 grep -q "'$l1': the rest of a scan did not come" "$clinic/log" || :
is "$(sql "select count(*) from clinic.scan s join clinic.device d using (device_id) where d.identity = '$l1'")" 1 "what does not end so is no scan"
is "$(grep -c "'$l1': the rest of a scan did not come" "$clinic/log")" 1 "and is dropped loudly"
kill -9 "$(role_pid bench)"
within 20 taken w1 2 || :
is "$(grep -o 'claims=.*requests\|driver=.*' <<<"$answer" | paste -s -d ' ')" "claims=2 disconnects=1 requests driver=usbfs" \
	"a bench that is killed leaves no scanner to the desktop: the next one has no driver to detach"
is "$(device release "$w1" | head -n 1 | cut -d'(' -f1)" "released from Room 1 " "released"
usb "touched?"
is "$answer" "ok no" "nobody touched the keyboard"
usb quit
is "$answer" "ok 0" "the service ends by itself"
run_pid=
clinic_count
