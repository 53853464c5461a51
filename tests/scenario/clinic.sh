# shellcheck shell=bash
# clinic.sh: a practice clinic for one scenario: the four real programs from the build directory on a private
# PostgreSQL, and people who act through the public doors only (HTTP, MLLP, virtual scanner, the labels that lie in
# the virtual printers' trays). Sourced by the scenarios, after they started themselves below tests/pg/run.
#
# A scenario's last line is "N passed, N failed". Everything waits with a deadline; what was started is ended by its
# process number, also when the scenario fails.
#
# Needs curl, jq and dmtxread (libdmtx's own command, so the labels are read by a program that is not ours).

# clinic_enter NAME [ARGUMENT...]: runs this scenario (a path below the top folder when it is elsewhere) again inside a
# private cluster; skips when a tool is missing.
clinic_enter() {
	local tool script=$1
	[ -z "${CLINIC_BUILD:-}" ] || return 0
	shift
	for tool in curl jq dmtxread; do
		command -v "$tool" >/dev/null 2>&1 || { echo "$tool is not installed: skipped"; exit 77; }
	done
	srcdir=$(cd "${srcdir:-.}" && pwd)
	CLINIC_BUILD=$(pwd)
	export srcdir CLINIC_BUILD
	case $script in
	*/*) ;;
	*) script=tests/scenario/$script ;;
	esac
	exec "$srcdir/tests/pg/run" -e bash "$srcdir/$script" "$@"
}

# ---- counting -------------------------------------------------------------------------------------------

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

# no_more_than HAVE MOST WORDS
no_more_than() {
	if [ "$1" -le "$2" ]; then
		passed=$((passed + 1))
		echo "ok - $3 ($1)"
	else
		failed=$((failed + 1))
		echo "not ok - $3: have $1, at most $2"
	fi
}

clinic_count() {
	echo "$passed passed, $failed failed"
	[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
}

now_ms() { echo "$((${EPOCHREALTIME/./} / 1000))"; }

# within SECONDS COMMAND...: tries until it is true
within() {
	local until=$(($(now_ms) + $1 * 1000))
	shift
	until "$@"; do
		[ "$(now_ms)" -lt "$until" ] || return 1
		sleep 0.03
	done
}

uuid() { cat /proc/sys/kernel/random/uuid; }

# ---- the clinic ----------------------------------------------------------------------------------------

# sql STATEMENT [-c STATEMENT...]: in one session
sql() { psql -X -q -A -t -v ON_ERROR_STOP=1 -c "$@"; }

# What is started in the background and has to end with the scenario.
clinic_pids=()
clinic=
run_pid=

# shellcheck disable=SC2317 # called by the trap
clinic_end() {
	local pid
	trap '' INT TERM HUP
	for pid in "${clinic_pids[@]}"; do
		kill -CONT "$pid" 2>/dev/null || :
		kill "$pid" 2>/dev/null || :
	done
	if [ -n "$run_pid" ]; then
		pid=$(role_pid bench || :)
		[ -z "$pid" ] || kill -CONT "$pid" 2>/dev/null || :
		kill "$run_pid" 2>/dev/null || :
		wait "$run_pid" 2>/dev/null || :
	fi
	wait "${clinic_pids[@]}" 2>/dev/null || :
	if [ "$failed" != 0 ] && [ -n "$clinic" ]; then
		echo "--- the end of the service's log"
		tail -n 60 "$clinic/log"
	fi
	if [ -z "$clinic" ]; then
		return
	elif [ -z "${clinic_is_kept:-}" ]; then
		rm -rf "$clinic"
	elif "$PG_BINDIR/pg_dump" >"$clinic/dump.sql"; then
		echo "kept in $clinic; the database in dump.sql"
	fi
}

# die WORDS: the scenario can not go on.
die() {
	echo "not ok - $1"
	failed=$((failed + 1))
	clinic_count || :
	exit 1
}

port_free() {
	local port
	while :; do
		port=$((RANDOM % 12000 + 20000)) # below the ports that the kernel gives away itself
		(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
	done
	echo "$port"
}

health() { curl -s -m 5 "$url/api/health" 2>/dev/null || :; }
clinic_is_well() { [ "$(health | grep -o '"ok": *true' | wc -l)" = 4 ]; }
part_is_well() { [ "$(health | jq ".$1.ok" 2>/dev/null)" = true ]; }

# The number of a role's process, by the supervisor's children.
role_pid() {
	local pid children=()
	read -ra children <"/proc/$run_pid/task/$run_pid/children" || :
	for pid in "${children[@]}"; do
		[ "$(cat "/proc/$pid/comm" 2>/dev/null)" != "specimend-$1" ] || echo "$pid"
	done
}

clinic_conf() {
	http_port=$(port_free)
	mllp_port=$(port_free)
	url=http://127.0.0.1:$http_port
	cat >"$clinic/conf" <<-CONF
		database = host=$PGHOST port=$PGPORT dbname=$PGDATABASE user=specimend
		runtime_dir = $clinic/run
		state_dir = $clinic/state
		web_dir = $srcdir/daemon/web
		schema_dir = $srcdir/schema
		templates_dir = $srcdir/printers/templates
		http_port = $http_port
		mllp_port = $mllp_port
		seal_every_s = 1
		restart_ms = 20
	CONF
}

# clinic_init OPERATOR[=ROLE,...]...: the database, and these people (without a role: medical assistants)
clinic_init() {
	local name roles
	clinic=$(mktemp -d /tmp/clinic.XXXXXX)
	trap clinic_end EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	mkdir -m 700 "$clinic/run" "$clinic/state"
	clinic_conf
	"$CLINIC_BUILD/specimend" init --config "$clinic/conf" --database "host=$PGHOST port=$PGPORT dbname=$PGDATABASE user=$PGUSER" \
		--practice >"$clinic/init" 2>&1 || { cat "$clinic/init"; die "init"; }
	for name; do
		roles=${name#*=}
		[ "$roles" != "$name" ] || roles=ma
		name=${name%%=*}
		"$CLINIC_BUILD/specimend" operator --config "$clinic/conf" --database "host=$PGHOST port=$PGPORT dbname=$PGDATABASE user=$PGUSER" \
			--name "$name" --initials "${name:0:2}" --roles "$roles" >"$clinic/operator.$name" || die "operator $name"
	done
}

# clinic_start: the service, which is well when this returns
clinic_start() {
	"$CLINIC_BUILD/specimend" run --config "$clinic/conf" >"$clinic/log" 2>&1 &
	run_pid=$!
	within 30 clinic_is_well || { failed=1; die "the service does not come up"; }
}

# clinic_begin OPERATOR[=ROLE,...]...
clinic_begin() {
	clinic_init "$@"
	clinic_start
}

pg_ctl_do() {
	if [ -n "$PG_AS" ]; then
		(cd / && setpriv --reuid "$PG_AS" --regid "$(id -g "$PG_AS")" --clear-groups "$PG_BINDIR/pg_ctl" -D "$PG_DATA" "$@" >/dev/null)
	else
		"$PG_BINDIR/pg_ctl" -D "$PG_DATA" "$@" >/dev/null
	fi
}

verify() { "$CLINIC_BUILD/specimend" verify --config "$clinic/conf" 2>&1; }
all_is_sealed() { verify | grep -q '^intact'; }

# ---- people: one directory each, with the page's cookies and what it heard ---------------------------------

actions=0
reply=
status=
verdict=
code=

# get FILTER: of the last reply
get() { jq -r "$1" <<<"$reply" 2>/dev/null || :; }

# ask GET|POST PATH [BODY]: fills status (000: nobody answered) and reply
ask() {
	local body=()
	[ $# -lt 3 ] || body=(-H 'Content-Type: application/json' -H 'X-Specimend: 1' --data-binary "$3")
	: >"$me/reply"
	status=$(curl -s -m 10 -X "$1" -b "$me/cookies" -c "$me/cookies" "${body[@]}" -o "$me/reply" \
		-w '%{http_code}' "$url$2" 2>/dev/null) || status=000
	reply=$(cat "$me/reply")
}

# A reply's verdict and code; none of it when nobody answered.
judge() {
	answered_us=${EPOCHREALTIME/[.,]/}
	verdict=
	code=
	[ "$status" != 000 ] || return 0
	IFS=$'\t' read -r verdict code < <(jq -r '[.verdict // "none", .code // .error.code // "none"] | @tsv' <<<"$reply" 2>/dev/null) || :
}

# act NAME ARGS: as the page does it: the same request again while nobody answers, at most three times. patience (0): so
# many times more while it is not stored.
act() {
	local id try
	id=$(uuid)
	for ((try = 1; ; try++)); do
		ask POST "/api/$1" "{\"request_id\": \"$id\", \"args\": $2}"
		case $status in
		000) [ $try -lt 3 ] || break ;;
		503) [ $try -le "${patience:-0}" ] || break ;;
		*) break ;;
		esac
		sleep "0.$try"
	done
	actions=$((actions + 1))
	judge
}

# view: the visit, null when there is none
view() {
	ask GET /api/visit
	reply=$(get .data)
}

# Listens to the station's feed; each line with its time, also over reconnects. $1: the directory.
listen() {
	local line
	while :; do
		curl -sN -b "$1/cookies" "$url/api/events" 2>/dev/null | while IFS= read -r line; do
			printf '%s %s\n' "$EPOCHREALTIME" "$line"
		done
		echo
		sleep 0.05
	done
}

# person NAME STATION: signs in at the station of that name
person() {
	me=$clinic/$1
	mkdir "$me"
	: >"$me/events"
	ask GET /api/stations
	station=$(jq -r --arg name "$2" '.data.stations[] | select(.name == $name) | .station' <<<"$reply" 2>/dev/null || :)
	ask POST /api/station_bind "{\"code\": \"$(sql "select clinic.station_code('$station')")\"}"
	judge
	[ "$verdict" = stored ] || die "$1 is not bound to $2: $status $reply"
	ask POST /api/sign_in "{\"badge\": \"$(sed -n 's/^badge *//p' "$clinic/operator.$1")\", \"pin\": \"$(sed -n 's/^PIN *//Ip' "$clinic/operator.$1")\"}"
	judge
	[ "$verdict" = stored ] || die "$1 does not sign in: $status $reply"
	ask GET /api/me
	printer=$(get '.data.devices[] | select(.kind == "printer") | .device_id')
	scanner=$(get '.data.devices[] | select(.kind == "scanner") | .device_id')
	gun= # no other scanner than the virtual one
	printf 'me=%q station=%q printer=%q scanner=%q gun=\n' "$me" "$station" "$printer" "$scanner" >"$me/is"
	listen "$me" >"$me/events" 2>/dev/null &
	clinic_pids+=($!)
	within 10 grep -q 'event: health' "$me/events" || die "$1 hears nothing"
}

# as NAME: the next acts are this person's
as() {
	# shellcheck source=/dev/null
	. "$clinic/$1/is"
}

# typed TEXT: the same typed into the page; what was said of it is kept in typed: time, tab, request, verdict, code
typed() {
	local id
	id=$(uuid)
	actions=$((actions + 1))
	ask POST /api/scan "{\"request_id\": \"$id\", \"args\": {\"raw\": \"$(printf '%s' "$1" | base64 -w0)\", \"source\": \"typed\"}}"
	judge
	[ -z "$verdict" ] || printf '%s\t%s\t%s\t%s\n' "$EPOCHREALTIME" "$id" "$verdict" "$code" >>"$me/typed"
}

# scans_heard [BYTES]: the scans this page was told of, after so many bytes of what it heard: time, tab, event
scans_heard() {
	tail -c "+$((${1:-0} + 1))" "$me/events" |
		awk '$2 == "event:" { scan = $3 == "scan" } $2 == "data:" && scan { t = $1; sub(/^[^{]*/, ""); print t "\t" $0; scan = 0 }'
}

scan_is_heard() {
	[ "$(stat -c %s "$me/events")" -gt "$1" ] || return 1
	heard=$(scans_heard "$1")
	[ -n "$heard" ]
}

# hand_pause TEXT: no hand takes the next tube as fast as we do; two numbers within 300 ms of one scanner were two labels in one
# view (clinic.gesture_us), and a bench on a busy machine may have been late with the second. Another tube waits until a hand has it, counted from the answer before; the same one is there already.
hand_pause() {
	local left_us=$((${answered_us:-0} + 600000 - ${EPOCHREALTIME/[.,]/}))
	if [ "${1:0:12}" != "${hand_holds:-}" ] && [ "$left_us" -gt 0 ]; then
		sleep "$(printf '0.%06d' "$left_us")"
	fi
	hand_holds=${1:0:12}
}

# scan TEXT [AIM]: reads it with the station's scanner and waits for the verdict on the page (verdict is empty: none
# came). What was said is kept in scans: time, text, verdict, code.
scan() {
	local before heard=
	before=$(stat -c %s "$me/events")
	actions=$((actions + 1))
	verdict=
	code=
	hand_pause "$1"
	ask POST /api/virtual_scan "{\"device_id\": $scanner, \"text\": \"$1\", \"aim\": \"${2:-]d1}\"}"
	[ "$status" = 200 ] || return 0
	within "${scan_wait_s:-6}" scan_is_heard "$before" || return 0
	reply=$(head -n 1 <<<"$heard" | cut -f2 | jq -c .reply)
	judge
	printf '%s\t%s\t%s\t%s\n' "$EPOCHREALTIME" "$1" "$verdict" "$code" >>"$me/scans"
}

# ---- orders ----------------------------------------------------------------------------------------------

# order FILE CONTROL_ID FAMILY[^GIVEN] NUMBER BIRTH(YYYYMMDD) TEST...: an ORM^O01 of one patient; placer numbers from the
# control id. order_control (NW), order_placer, order_priority (Routine) and order_sex (F) say otherwise.
order() {
	local file=$1 control=$2 name=$3 number=$4 birth=$5 test n=0 source
	shift 5
	case $name in
	*^*) ;;
	*) name=$name^ANN ;;
	esac
	{
		printf 'MSH|^~\\&|EPICCARE|RIVERSIDE|SPECIMEND|RIVERSIDE LAB|20260302161200||ORM^O01|%s|T|2.3\r' "$control"
		printf 'PID|1||%s^^^^EPI||%s||%s|%s\r' "$number" "$name" "$birth" "${order_sex:-F}"
		for test; do
			n=$((n + 1))
			case $test in
			MACR | UA) source='URINE&Urine' ;;
			*) source='BLOOD&Blood' ;;
			esac
			printf 'ORC|%s|%s-%d^EPC||%s|||^^^20260303080000^^%s||20260302161155|||1437712345^OKAFOR^DANIEL^^^^^^NPI\r' \
				"${order_control:-NW}" "${order_placer:-$control}" $n "${order_placer:-$control}" "${order_priority:-Routine}"
			printf 'OBR|%d|%s-%d^EPC||%s^%s^L||20260303080000|||||N||||%s|1437712345^OKAFOR^DANIEL^^^^^^NPI\r' \
				$n "${order_placer:-$control}" $n "$test" "$test" "$source"
		done
	} >"$file"
}

# send FILE: over MLLP; the answer in FILE.answer. 0: taken
send() { "$srcdir/contrib/send-order" --port "$mllp_port" "$1" >"$1.answer" 2>"$1.why"; }

# patient_of NUMBER: whose id is on the list of those due; empty when they are not there
patient_of() {
	ask GET /api/collections_due
	jq -r --arg n "$1" '.data.due[] | select(.number == $n) | .patient_id' <<<"$reply" 2>/dev/null || :
}

# choice_of BIRTH: which of the four dates of the visit in reply it is, 1 to 4
choice_of() {
	get '.birth_choices[]' | LC_ALL=C date -f - +%Y%m%d | grep -nxF "$1" | cut -d: -f1
}

# ---- labels: what lies in the trays -------------------------------------------------------------------------

# read_label FILE: the square code of a printed label, read once
read_label() {
	local half=$1.code.$BASHPID
	if [ ! -e "$1.code" ]; then
		dmtxread -N 1 -m 2000 "$1" >"$half" 2>/dev/null || :
		mv "$half" "$1.code"
	fi
	cat "$1.code"
}

# label_of SPECIMEN_ID COPY: the square code of that label as it lies in a tray; empty when it never came out
label_of() {
	local file found prefix
	prefix=$1$(printf '%02d' "$2")
	for file in "$clinic"/run/labels/*.png; do
		[ -e "$file" ] || continue
		found=$(read_label "$file")
		if [ "${found:0:14}" = "$prefix" ]; then
			echo "$found"
			return 0
		fi
	done
}

labels_out() { find "$clinic/run/labels" -name '*.png' 2>/dev/null | wc -l; }

# The same picture twice is one label (specimen and copy) that came out twice. Separators have no code; two may be alike.
labels_twice() {
	local file
	for file in "$clinic"/run/labels/*.png; do
		[ -z "$(read_label "$file")" ] || sha256sum "$file"
	done | cut -d' ' -f1 | sort | uniq -d | wc -l
}

# printer_do MODE [LABELS_LEFT]: what happens to this station's virtual printer
printer_do() { ask POST /api/virtual_printer "{\"device_id\": $printer, \"mode\": \"$1\", \"labels_left\": ${2:-null}}"; }

# printer_words: what the page was told last of this station's printer
printer_words() {
	awk '$2 == "event:" { here = $3 == "printer" } $2 == "data:" && here { sub(/^[^{]*/, ""); print; here = 0 }' "$me/events" |
		jq -r "select(.device_id == $printer) | .state | join(\" \")" | tail -n 1
}
printer_said() { [ "$(printer_words)" = "$1" ]; }

# ---- a visit, step by step ------------------------------------------------------------------------------------

tubes_are() {
	view
	[ "$(get '[.tubes[].state] | join(" ")')" = "$1" ]
}
# labels_are TUBE STATES: of the labels of that tube, counted from 0
labels_are() {
	view
	[ "$(get "[.tubes[$1].labels[].state] | join(\" \")")" = "$2" ]
}
question_is() {
	view
	[ "$(get '.ask.code // "none"')" = "$1" ]
}
specimen() { get ".tubes[$1].specimen_id"; }

# trouble: what holds the visit's labels up: printer, why, how many, whether they can go on
trouble() { get '[.trouble.printer, .trouble.why, (.trouble.n | tostring), (.trouble.is_ready | tostring)] | join(", ")'; }
trouble_is() {
	view
	[ "$(trouble)" = "$1" ]
}

# rest_is_offered: the printer had trouble with labels waiting, is well again, and the page offers to print the rest here
rest_is_offered() {
	view
	[ "$(get '.trouble.is_ready // false')" = true ]
}

# ordered NUMBER FAMILY BIRTH TEST...: an order comes; fills patient
ordered() {
	local number=$1 family=$2 birth=$3
	shift 3
	order "$clinic/$number" "$number" "$family" "$number" "$birth" "$@"
	send "$clinic/$number" || die "the order of $family is not taken: $(cat "$clinic/$number.answer" "$clinic/$number.why")"
	patient=$(patient_of "$number")
	[ -n "$patient" ] || die "$family is not due: $reply"
}

# identified NUMBER FAMILY BIRTH TEST...: ordered, opened from the list, the right date picked
identified() {
	ordered "$@"
	act visit_open "{\"patient_id\": $patient}"
	[ "$code" = visit_opened ] || die "the visit of $2 does not open: $status $reply"
	view
	act visit_identify "{\"choice\": $(choice_of "$3")}"
	[ "$code" = identified ] || die "$2 is not identified: $status $reply"
}

# labelled CODE...: scans fresh labels; within five seconds of their printing that is asked back once
labelled() {
	local label
	for label; do
		scan "$label"
	done
	[ "$code" = quick_scan ] || return 0
	sleep 1.1
	for label; do
		scan "$label"
	done
}
