#!/usr/bin/env bash
# 05-usb.sh: a printer and a scanner on a fake USB bus below the real libusb: found, assigned by the printed command while the
# service runs, and a visit with them from the order to its closing; beeps, unplugging, releasing.
set -eu
# shellcheck source=tests/scenario/clinic.sh
. "${srcdir:-.}/tests/scenario/clinic.sh"
[ -n "${CLINIC_BUILD:-}" ] || [ -x tests/usb/harness ] || { echo "umockdev was not found by configure: skipped"; exit 77; }
clinic_enter 05-usb.sh
clinic_init Ada

labels=$clinic/usb
mkdir "$labels"
coproc HARNESS { TMPDIR=$clinic exec "$CLINIC_BUILD/tests/usb/harness" -l "$labels" -o "$clinic/log" -- \
	"$CLINIC_BUILD/specimend" run --config "$clinic/conf"; }
clinic_pids+=("$HARNESS_PID")
answers=${HARNESS[0]} lines=${HARNESS[1]}

# usb LINE: tells the harness; what it says is in answer
usb() {
	echo "$1" >&"$lines"
	read -r -t 20 answer <&"$answers" || answer="no answer"
}
usb_ok() {
	usb "$1"
	[ "${answer%% *}" = ok ] || die "$1: $answer"
}
# state_is NAME WORD: one word of the device's state, such as driver=usbfs
state_is() {
	usb "state? $1"
	[[ " $answer " = *" $2 "* ]]
}
device() { "$CLINIC_BUILD/specimend" device "$@" --config "$clinic/conf" --database "host=$PGHOST port=$PGPORT dbname=$PGDATABASE user=$PGUSER" 2>&1; }
device_says() { device "$1" | grep -qF -- "$2"; }

usb_ok "scanner s1 honeywell 19214B0217"
usb_ok "printer p1 99J204501234"
usb_ok "keyboard k1"
usb_ok "plug k1"
usb_ok start
run_pid=${answer#ok }
within 30 clinic_is_well || die "the service does not come up"

# ---- found, and assigned by the command that is printed, while the service runs --------------------------------------

within 10 device_says found "Plugged in" || :
is "$(device found | sed -n '2p;4p' | sed 's/^ *//')" "perhaps a scanner  Logitech USB Keyboard, plugged in at 1-3
(a keyboard: only if it is a scanner that plays one, --protocol keyboard)" "a keyboard may be a scanner that plays one"
usb_ok "plug s1"
usb_ok "plug p1"
within 10 device_says found "99J204501234" || :
within 10 device_says found "19214B0217" || :
device found >"$clinic/found"
is "$(grep -c '^    specimend device assign ' "$clinic/found")" 3 "both are found, each with its command"
is "$(state_is s1 driver=usbfs && echo yes || echo no)" no "what is not assigned is not opened"
sed -n "s|^    specimend|$CLINIC_BUILD/specimend|p" "$clinic/found" >"$clinic/assign"
is "$(sh "$clinic/assign" 2>&1 | grep -c '^assigned to Room 1 (T')" 2 "the printed commands assign them, and no keyboard"
within 3 state_is s1 driver=usbfs || :
is "$(state_is s1 driver=usbfs && echo yes || echo no)" yes "a running service takes the scanner"
within 3 state_is p1 driver=usbfs || :
is "$(state_is p1 driver=usbfs && echo yes || echo no)" yes "and the printer"
is "$(device found | grep -cE 'plugged in at|assign .* --protocol NAME')" 2 "nothing but the keyboard waits any more"

person Ada "Room 1"
printer=$(get '.data.devices[] | select(.kind == "printer" and .transport == "usb") | .device_id')
scanner=$(get '.data.devices[] | select(.kind == "scanner" and .transport == "usb") | .device_id')
printf 'printer=%q scanner=%q\n' "$printer" "$scanner" >>"$me/is"
printer_is_ok() {
	ask GET /api/me
	[ "$(get ".data.devices[] | select(.device_id == $printer) | .state | join(\" \")")" = ok ]
}
within 10 printer_is_ok || :
is "$(printer_is_ok && echo yes || echo no)" yes "the page is told that the printer is well"

# ---- a visit ------------------------------------------------------------------------------------------------------------

# gun TEXT [AIM [MS]]: reads a code with the USB scanner; the sound it was told to make is in sound (none: not within MS),
# what the page heard in verdict and code
gun() {
	local before heard=
	before=$(stat -c %s "$me/events")
	verdict=
	code=
	hand_pause "$1"
	usb "scan_beep s1 $1 ${2:-]d1} ${3:-5000}"
	sound=$(grep -o 'sound=[a-z]*' <<<"$answer" | cut -d= -f2)
	sound=${sound:-none}
	within 6 scan_is_heard "$before" || return 0
	reply=$(head -n 1 <<<"$heard" | cut -f2 | jq -c .reply)
	judge
}
# label_in_tray SPECIMEN_ID: the square code of its label as it came out of the USB printer
label_in_tray() {
	local file found
	for file in "$labels"/p1-*.png; do
		[ -e "$file" ] || continue
		found=$(read_label "$file")
		[ "${found:0:12}" != "$1" ] || echo "$found"
	done
}

identified U1 USBORNE 19500101 CBC CMP
within 20 tubes_are "printed printed" || :
is "$(get '[.tubes[].state] | join(" ")')" "printed printed" "the labels are printed"
usb "labels? p1"
is "${answer% *}" "ok 2" "two came out of the USB printer"
is "$(labels_out)" 0 "and none of the virtual one"
first=$(label_in_tray "$(specimen 0)")
second=$(label_in_tray "$(specimen 1)")
is "${#first} ${#second}" "16 16" "each of the labels can be read"
sleep 5.2 # a label scanned sooner is asked for again
gun "$first"
is "$sound $verdict" "good stored" "the first tube's label: stored, then the good beep"
gun "$first" ]d1 1000
is "$verdict $sound" "repeat none" "once more: a repeat is told by silence"
gun "$(sql "select custody.id_make('specimen', 900, 999999)")" ]C0
is "$sound $verdict" "error question" "a label that nobody knows: the error beep"
gun "$second"
is "$sound $verdict" "good complete" "the second: the set is complete"
is "$(sql "select count(*) from clinic.scan s join clinic.device d using (device_id) where d.transport = 'usb'")" 4 "all are kept with their device"
is "$(sql "select count(distinct s.aim) from clinic.scan s join clinic.device d using (device_id) where d.transport = 'usb'")" 2 "and their symbology"
act visit_close '{"check": "patient_read"}'
is "$verdict $code" "complete visit_closed" "the visit closes"

# ---- a bench that stands still while a hand scans two tubes ---------------------------------------------------------------

identified U2 USTILL 19510101 CBC CMP
within 20 tubes_are "printed printed" || :
first=$(label_in_tray "$(specimen 0)")
second=$(label_in_tray "$(specimen 1)")
sleep 5.2 # a label scanned sooner is asked for again
scans_are() { [ "$(sql "select count(*) from clinic.scan s join clinic.device d using (device_id) where d.transport = 'usb' and s.code is not null")" = "$1" ]; }
kill -STOP "$(role_pid bench)"
usb_ok "scan s1 $first ]d1"
sleep 0.6 # as a hand does
usb_ok "scan s1 $second ]d1"
kill -CONT "$(role_pid bench)"
within 10 scans_are 6 || :
is "$(sql "select string_agg(s.code, ' ' order by s.scan_id) from (select * from clinic.scan order by scan_id desc limit 2) s")" "on_tube held_up" "the second is not taken"
is "$(sql "select count(*) from (select * from clinic.scan order by scan_id desc limit 2) s where (s.evidence ->> 'last_late_ms')::int between 550 and 60000")" 2 "both say how long they may have lain"
hand_holds='' answered_us=${EPOCHREALTIME/[.,]/}
gun "$first"
is "$sound $verdict $code" "error stop held_up_next" "the first again, alone"
gun "$second"
is "$sound $verdict" "good complete" "then the second, alone: taken"
act visit_close '{"check": "patient_read"}'
is "$verdict $code" "complete visit_closed" "the visit closes"

# ---- unplugged, plugged in again, released ---------------------------------------------------------------------------

usb_ok "unplug s1"
within 10 device_says list "19214B0217, hid_pos: not plugged in" || :
is "$(device list | grep -c '19214B0217, hid_pos: not plugged in')" 1 "a scanner that was pulled out is told"
usb_ok "plug s1"
within 10 state_is s1 driver=usbfs || :
sleep 1 # what waited in it from before is thrown away first
gun "$second" ]d1 1000
is "$verdict" repeat "plugged in again it works"
is "$(device release usb:0c2e:0967:19214B0217 | head -n 1 | cut -d'(' -f1)" "released from Room 1 " "it is released"
within 3 state_is s1 driver=none || :
is "$(state_is s1 driver=none && echo yes || echo no)" yes "and let go of, for nobody to type with"
within 10 device_says found "19214B0217" || :
is "$(device found | grep -c 'assign usb:0c2e:0967:19214B0217 --station')" 1 "it waits for a station again"
usb "touched?"
is "$answer" "ok no" "nobody touched the keyboard"
usb quit
is "$answer" "ok 0" "the service ends by itself"
run_pid=
clinic_count
