# shellcheck shell=bash
# usb.sh: a clinic whose programs see a fake USB bus below the real libusb (tests/usb/harness.c). Sourced after clinic.sh.

usb_is_here() { [ -x "$CLINIC_BUILD/tests/usb/harness" ]; }

# usb_begin [COMMAND...]: the harness, which starts the service (or another program) later. Its labels lie in $clinic/usb.
# Two pipes and no coproc, so that people who work in the background can use it too (one at a time).
usb_begin() {
	[ $# -gt 0 ] || set -- "$CLINIC_BUILD/specimend" run --config "$clinic/conf"
	mkdir -p "$clinic/usb"
	rm -f "$clinic/usb.lines" "$clinic/usb.answers"
	mkfifo "$clinic/usb.lines" "$clinic/usb.answers"
	TMPDIR=$clinic "$CLINIC_BUILD/tests/usb/harness" -l "$clinic/usb" -o "$clinic/log" -- "$@" \
		<"$clinic/usb.lines" >"$clinic/usb.answers" &
	clinic_pids+=($!)
	exec {usb_lines}>"$clinic/usb.lines" {usb_answers}<"$clinic/usb.answers"
}

# usb LINE: tells the harness; what it says, in usb_wait_s (30) seconds, is in answer
usb() {
	echo "$1" >&"$usb_lines"
	read -r -t "${usb_wait_s:-30}" answer <&"$usb_answers" || answer="no answer"
}

usb_ok() {
	usb "$1"
	[ "${answer%% *}" = ok ] || die "$1: $answer"
}

# usb_start: as clinic_start, under the harness
usb_start() {
	usb_ok start
	run_pid=${answer#ok }
	within 30 clinic_is_well || die "the service does not come up"
}

device() { "$CLINIC_BUILD/specimend" device "$@" --config "$clinic/conf" --database "host=$PGHOST port=$PGPORT dbname=$PGDATABASE user=$PGUSER" 2>&1; }
device_says() { device "$1" | grep -qF -- "$2"; }

# usb_is_open NAME: the service has taken it
usb_is_open() {
	usb "state? $1"
	[[ " $answer " = *" driver=usbfs "* ]]
}

# usb_assign NAME SERIAL: plugged in, found, and assigned by the very command that is printed for it: to Room 1
usb_assign() {
	usb_ok "plug $1"
	within 30 device_says found "$2" || die "the service does not find $1"
	device found | sed -n "s|^    specimend\\( device assign usb:[^ ]*$2 .*\\)|'$CLINIC_BUILD/specimend'\\1|p" >"$clinic/assign"
	[ "$(wc -l <"$clinic/assign")" = 1 ] || die "no command is printed for $1: $(device found)"
	sh "$clinic/assign" >"$clinic/assigned" 2>&1 || die "$1 can not be assigned: $(cat "$clinic/assigned")"
	within 30 usb_is_open "$1" || die "the service does not take $1"
}

usb_sounds() {
	usb "beeps? $1"
	set -- $answer # ok COUNT SOUND@US ...
	sounds=${2:-0} sound=${!#}
	sound=${sound%%@*}
}
usb_sounded() {
	usb_sounds "$1"
	[ "$sounds" -gt "$2" ]
}

# usb_scan NAME TEXT [AIM]: as scan, with the USB scanner of that name; what it was told to sound is in sound (silence:
# none, which is what a repeat or a note asks for)
usb_scan() {
	local before beeps heard=
	before=$(stat -c %s "$me/events")
	usb_sounds "$1"
	beeps=$sounds
	verdict=
	code=
	actions=$((actions + 1))
	hand_pause "$2"
	usb "scan $1 $2 ${3:-]d1}"
	[ "${answer%% *}" = ok ] || return 0
	within "${scan_wait_s:-6}" scan_is_heard "$before" || return 0
	reply=$(head -n 1 <<<"$heard" | cut -f2 | jq -c .reply)
	judge
	case $verdict in
	stored | complete | question | stop) within 5 usb_sounded "$1" "$beeps" || sound=silence ;;
	*) sound=silence ;;
	esac
	printf '%s\t%s\t%s\t%s\t%s\n' "$EPOCHREALTIME" "$2" "$verdict" "$code" "$sound" >>"$me/scans"
}
