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

# ---- many at once ----------------------------------------------------------------------------------------------------
ask "scanner s2 honeywell -"
ask "plug s2"
until_answer "*driver=usbfs*" "state? s2"
ask "scanner s3 guide -"
ask "plug s3"
for n in 1 2 3; do
	printf 's1 a%s ]C0\ns2 b%s\n' $n $n
done >"$dir/lines"
ask "beeps? s2"
is "${answer%% *} ${answer#* }" "ok 0" "the second scanner has heard nothing yet"
ask "scan_all $dir/lines $dir/out 5000"
is "$answer" "ok 6" "two scanners read three codes each"
is "$(grep '^s1' "$dir/out" | cut -d ' ' -f 2,5 | paste -s -d ' ')" "a1 good a2 good a3 good" "the first in its order, each answered"
is "$(grep '^s2' "$dir/out" | cut -d ' ' -f 2,5 | paste -s -d ' ')" "b1 good b2 good b3 good" "and the second"
is "$(awk '$3 <= 0 || $4 < $3 || $4 < last[$1] || $3 < last[$1] { wrong++ } { last[$1] = $4 } END { print wrong + 0 }' "$dir/out")" 0 "each after the beep before it"
ask "time?"
before=${answer#ok } before=${before% *}
ask "scan_all $dir/lines $dir/out 5000 200"
is "$answer" "ok 6" "with a pause between them"
ask "time?"
after=${answer#ok } after=${after% *}
is "$((after - before >= 200000))" 1 "they took their time"
ask "scan_all $dir/lines $dir/out 5000 0 300"
is "$answer" "ok 6" "with a hand's pause after each answer"
# by when they were read: two at a time, 300 ms after both beeps before them
is "$(sort -n -k 3 "$dir/out" | awk '{ at[NR] = $3; beep[NR] = $4 } END { for (i = 3; i <= NR; i++) for (j = 1; j <= 2 * int((i - 1) / 2); j++)
	if (at[i] - beep[j] < 300000) wrong++; print wrong + 0 }')" 0 "no scanner reads before every hand has its next tube"
echo "s3 1" >"$dir/lines"
ask "scan_all $dir/lines $dir/out 50"
is "$answer" "error no beep of 's3' for '1'" "nobody answers the third"
echo "p1 1" >"$dir/lines"
ask "scan_all $dir/lines $dir/out 50"
is "$answer" "error 'p1' reads nothing" "a printer does not scan"
ask "scan_all $dir/none $dir/out 50"
is "${answer%% *}" "error" "a file that is not there"

ask "quit"
is "$answer" "ok 0" "the program ended by itself"
status=0
wait "$harness" || status=$?
is "$status" 0 "and the harness"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
