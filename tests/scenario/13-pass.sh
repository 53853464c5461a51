#!/usr/bin/env bash
# 13-pass.sh: pass-through with the real programs: a good tube's number comes out at the laboratory's system once, a repeat, a
# stranger's code, a badge and a question's do not; what could not be handed on is said; of a scan whose core dies between the COMMIT
# and its handing on the next core knows what the reply was, and hands nothing on.
set -eu
# shellcheck source=tests/scenario/clinic.sh
. "${srcdir:-.}/tests/scenario/clinic.sh"
command -v perl >/dev/null 2>&1 || { echo "perl is not installed: skipped"; exit 77; }
clinic_enter 13-pass.sh
clinic_begin Ada Dora=admin

# the laboratory's system: takes lines over TCP
cat >"$clinic/lis.pl" <<'PERL'
use IO::Socket::INET;
my ($port, $file) = @ARGV;
my $listener = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => $port, Listen => 8, ReuseAddr => 1) or die "listen: $!";
$| = 1;
print $listener->sockport, "\n";
while (my $line = $listener->accept) {
	open(my $out, ">>", $file) or die;
	print $out $_ while <$line>;
	close $out;
}
PERL
lis_start() {
	perl "$clinic/lis.pl" "$1" "$clinic/lis" >"$clinic/lis.port" &
	lis_pid=$!
	clinic_pids+=("$lis_pid")
	within 10 test -s "$clinic/lis.port" || die "the laboratory's system does not come up"
	lis_port=$(cat "$clinic/lis.port")
}
lis() { tr '\n' ' ' <"$clinic/lis"; }
lis_is() { [ "$(lis)" = "$1" ]; }
: >"$clinic/lis"
lis_start 0

room=$(sql "select code from clinic.station where name = 'Room 1'")
passed_on() { sql "select string_agg(ok::text, ' ' order by at) from clinic.code_passed"; }
passed_is() { [ "$(passed_on)" = "$1" ]; }
page_hears() { grep -q "$1" "$me/events"; }

# ---- off by default -----------------------------------------------------------------------------------------------------

person Dora "Room 2"
person Ada "Room 1"
identified P1 PASSER 19500101 CBC CMP PT GLU NH3
# five seconds after they came out: sooner a scan is asked about (quick_scan)
rested() { [ "$(sql "select count(*) || ' ' || bool_and(state = 'printed' and state_at < clock_timestamp() - interval '5 seconds') from clinic.print_job where template <> 'separator'")" = "5 true" ]; }
within 40 rested || die "the labels do not come out"
tubes=$(sql "select string_agg(specimen_id, ' ' order by n) from (select specimen_id, row_number() over (order by specimen_id) n from clinic.specimen) x")
read -r t1 t2 t3 t4 t5 rest <<<"$tubes"
is "${rest:-none}" none "five tubes"
scan "$t1" "]C0"
is "$verdict $code" "stored on_tube" "a tube is scanned where nothing is handed on"
is "$(passed_on)$(lis)" "" "and nothing is"

# ---- on -------------------------------------------------------------------------------------------------------------------

as Dora
act pass_set "{\"station\": \"$room\", \"way\": \"tcp\", \"target\": \"tcp:127.0.0.1:$lis_port\", \"terminator\": \"lf\"}"
is "$verdict $code" "stored pass_is_on" "an administrator switches it on"
as Ada
scan "$t1" "]C0"
is "$verdict" repeat "a repeat"
scan "hello" "]C0"
is "$verdict" note "a stranger's code"
scan "$(sql "select custody.id_make('specimen', 900, 9999999)")" "]C0"
is "$verdict" question "a number that nobody knows"
scan "$(sql "select badge from clinic.operator where name = 'Ada'")" "]C0"
scan "$t2" "]C0"
is "$verdict $code" "stored on_tube" "a good tube"
within 10 lis_is "$t2 " || :
is "$(lis)" "$t2 " "comes out there, and nothing of the others does"
within 10 passed_is true || :
is "$(passed_on)" true "and that is kept"

# ---- not there --------------------------------------------------------------------------------------------------------------

kill "$lis_pid"
wait "$lis_pid" 2>/dev/null || :
scan "$t3" "]C0"
is "$verdict" stored "a good tube is stored whatever the other system does"
within 10 page_hears not_passed_on || :
is "$(page_hears not_passed_on && echo said)" said "that it was not handed on is said on the page"
is "$(passed_on)" "true false" "and kept, with the reason"
is "$(sql "select why like '%did not take the code%' from clinic.code_passed where not ok")" t "that nobody listens there"

# ---- the core dies -----------------------------------------------------------------------------------------------------------

lis_start "$lis_port"
waits_for_scan() { [ "$(sql "select count(*) from pg_locks where relation = 'clinic.scan'::regclass and granted = $1 and mode <> 'AccessShareLock'")" != 0 ]; }
coproc psql -X -q -A -t
held=${COPROC[1]}
clinic_pids+=("$COPROC_PID")
echo "begin; lock table clinic.scan in exclusive mode;" >&"$held"
within 10 waits_for_scan true || die "the table of scans is not held"
hand_pause "$t4"
ask POST /api/virtual_scan "{\"device_id\": $scanner, \"text\": \"$t4\", \"aim\": \"]C0\"}"
within 4 waits_for_scan false || die "the scan does not wait for it"
core=$(role_pid core)
kill -9 "$core"
core_is_gone() { ! kill -0 "$core" 2>/dev/null; }
within 4 core_is_gone || die "the core does not die"
echo "commit;" >&"$held"
is_on_tube() { [ "$(sql "select (custody.state('$t4')).kind")" = labelled ]; }
within 10 is_on_tube || :
is "$(is_on_tube && echo stored)" stored "what it had asked for is stored"
within 30 clinic_is_well || die "the core does not come back"
answered_us=${EPOCHREALTIME/[.,]/} # what is scanned next comes after it, from the same scanner
scan "$t2" "]C0"
is "$verdict" repeat "the next one takes scans again"
is "$(sql "select count(*) || ' ' || count(verdict) from clinic.scan where raw = convert_to('$t4', 'UTF8')")" "1 1" "that scan came again, and is there once"
scan "$t5" "]C0"
is "$verdict" complete "and a good tube after it"
within 10 lis_is "$t2 $t5 " || :
is "$(lis)" "$t2 $t5 " "comes out there: nothing of the scan whose core died, nothing twice"
within 10 passed_is "true false true" || :
is "$(passed_on)" "true false true" "and that is kept"
clinic_count
