#!/usr/bin/env bash
# test_harness.sh: the harness plays devices for a program in another process (echo_host), by its lines.
set -eu

[ -x tests/usb/harness ] || { echo "umockdev was not found by configure: skipped"; exit 77; }
passed=0
failed=0

# is HAVE WANT WORDS
is() {
	if [ "$1" = "$2" ]; then
		passed=$((passed + 1))
		echo "ok - $3"
	else
		failed=$((failed + 1))
		echo "not ok - $3: have '$1', want '$2'"
	fi
}

dir=$(mktemp -d)
coproc HARNESS { TMPDIR=$dir timeout 60 tests/usb/harness -l "$dir" -o "$dir/log" -- tests/usb/echo_host; }
harness=$HARNESS_PID
answers=${HARNESS[0]} lines=${HARNESS[1]}
trap 'rm -rf "$dir"' EXIT

# ask LINE: the answer is in $answer
ask() {
	echo "$1" >&"$lines"
	read -r -t 20 answer <&"$answers" || answer="no answer"
}

# until_answer WANT LINE: asks again until the answer is that, for some seconds
until_answer() {
	local tries=0
	while [ $tries -lt 300 ]; do
		ask "$2"
		# shellcheck disable=SC2053 # a pattern
		[[ $answer != $1 ]] || break
		sleep 0.02
		tries=$((tries + 1))
	done
}

field() { grep -o "$1=[^ ]*" <<<"$answer" | cut -d= -f2; }

ask "scanner s1 honeywell 19214B0217"
is "$answer" "ok" "a scanner is made"
ask "scanner s1 guide -"
is "$answer" "error there is a 's1' already" "a name is used once"
ask "printer p1 99J204501234"
ask "printer p2 - brother"
is "$answer" "ok" "a printer of another language is made"
ask "printer p3 - braille"
is "$answer" "error there is no printer of 'braille'" "a language is one of the table"
ask "paused p2"
is "$answer" "ok" "a printer is paused"
ask "wedge w1"
is "$answer" "ok" "a scanner that plays a keyboard is made"
ask "read w1 123"
is "$answer" "ok" "it types, heard or not"
ask "heard? w1"
is "$answer" "ok lights=0" "nobody lit its lights"
ask "line l1 A"
ask "read l1 123"
is "$answer" "error nobody listens to 'l1'" "a line is silent until it is raised"
ask "read p1 123"
is "$answer" "error 'p1' is no scanner of these kinds" "printers do not read"
ask "keyboard k1"
ask "plug k1"
is "$answer" "ok 1-6" "plugged in, it says where"
ask "state? s1"
is "$(field plugged)" 0 "what is made is not plugged in yet"
ask "child?"
is "$answer" "ok none" "nothing runs at first"
ask "start"
until_answer "ok running*" "child?"
is "${answer% *}" "ok running" "the program runs"
ask "plug s1"
until_answer "*driver=usbfs*" "state? s1"
is "$(field driver) $(field claims)" "usbfs 1" "the program claims what is plugged in later"
ask "scan_beep s1 70%2400%25 ]C0 5000"
is "$(field sound)" good "a scan is answered with a beep"
scanned=$(field scanned) fetched=$(field fetched) beep=$(field beep)
is "$((fetched >= scanned)) $((beep >= fetched))" "1 1" "in the order of time"
ask "scan s1 700002"
until_answer "ok 2 *" "beeps? s1"
is "${answer%%@*}" "ok 2 good" "beeps are remembered"
# shellcheck disable=SC2016 # what was scanned
is "$(head -n 1 "$dir/log")" '70$00%' "the program read what was scanned"
ask "fault s1 unplug 82 0"
until_answer "*plugged=0*" "state? s1"
is "$(field plugged)" 0 "a scripted fault pulls the cable"
ask "plug s1"
is "$answer" "ok 1-1" "a device keeps its port"
until_answer "*driver=usbfs*" "state? s1"
ask "scan_beep s1 700003 - 5000"
is "$(field sound)" good "it is found again"
ask "unplug s1"
ask "plug p1"
ask "out_of_labels p1"
ask "labels? p1"
is "$answer" "ok 0 0" "no label came out"
ask "counter p1 5000"
ask "counter? p1"
is "$answer" "ok 5000" "the odometer is set"
ask "label_ms s1 5"
is "$answer" "error 's1' is no printer" "a scanner prints nothing"
ask "report s1 0g"
is "${answer%% *}" error "what is not hexadecimal is refused"
ask "scan"
is "$answer" "error 'scan' has 3 to 4 words" "words are counted"
ask "touched?"
is "$answer" "ok no" "nobody touched the keyboard"

# ---- the floor: what a scan and a beep take without any service ------------------------------------------------------
ask "plug s1"
until_answer "*driver=usbfs*" "state? s1"
for n in $(seq 200); do
	ask "scan_beep s1 $n ]C0 5000"
	field us
done >"$dir/us"
is "$(wc -l <"$dir/us")" 200 "200 scans, 200 beeps"
echo "beep after scan, microseconds: $(sort -n "$dir/us" | awk '{ t[NR] = $1 } END { print "p50", t[NR / 2], "p99", t[int(NR * 0.99)], "max", t[NR] }')"

ask "quit"
is "$answer" "ok 0" "the program ended by itself"
status=0
wait "$harness" || status=$?
is "$status" 0 "and the harness"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
