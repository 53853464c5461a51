# shellcheck shell=bash
# visits.sh: a medical assistant at work: opens, identifies, sticks, scans, closes; and what goes wrong with labels.
# Sourced by tests/day/play.

# tray: the labels that lie in this station's tray, oldest first; a separator is none
tray() {
	local file looked
	looked=$(cat "$me/looked" 2>/dev/null || echo 0)
	while read -r file; do
		tail -c 12 "$file" | grep -aq IEND || break # not whole yet
		looked=$((looked + 1))
		[ -z "$(read_label "$file")" ] || echo "$file" >>"$me/labels"
	done < <(tray_files | tail -n "+$((looked + 1))")
	echo "$looked" >"$me/looked"
	cat "$me/labels" 2>/dev/null || :
}

tray_files() {
	if [ -n "$gun" ]; then
		find "$clinic/usb" -name 'p1-*.png' | sort -V
	else
		find "$clinic/run/labels" -name "$printer-*.png" | sort -V
	fi
}

# tray_take: takes what lies there and was not taken yet, and reads it
tray_take() {
	local file taken
	taken=$(cat "$me/taken" 2>/dev/null || echo 0)
	while read -r file; do
		read_label "$file" >>"$me/hand"
		echo >>"$me/hand"
		taken=$((taken + 1))
	done < <(tray | tail -n "+$((taken + 1))")
	echo "$taken" >"$me/taken"
}

# in_hand SPECIMEN COPY: the square code of that label, once it was taken
in_hand() { grep -m 1 "^$1$(printf %02d "$2")" "$me/hand" || :; }

# labels_lie N: so many more lie in the tray than were taken
labels_lie() { [ "$(tray | wc -l)" -ge $(($(cat "$me/taken" 2>/dev/null || echo 0) + $1)) ]; }

# roll_of_labels [N]: a new roll, or one with so many left
roll_of_labels() {
	if [ -n "$gun" ]; then usb "ok p1 ${1:-}"; else printer_do ok "${1:-}"; fi
}

labels_are_printed() {
	view
	[ "$(get '[.tubes[].labels[-1].state] | map(select(.)) | length > 0 and all(. == "printed" or . == "on_tube")')" = true ]
}

# wait_for_labels WHO N: so many labels come out and are taken; the page says so
wait_for_labels() {
	within 120 labels_lie "$2" || stuck "the labels of $1 do not come out" || return 1
	tray_take
	within 60 labels_are_printed || stuck "the labels of $1 are not said to be printed" || return 1
	printed_ms=$(now_ms)
}

# tubes_to_label: specimen, copy and kind of container of each label that is to be stuck, in order of draw
tubes_to_label() { get '.tubes[] | select(.state == "printed") | [.specimen_id, (.labels[-1].copy | tostring), .container.kind] | join(" ")'; }

# draw: the time it takes to fill the tubes and stick their labels; sooner, one is asked whether it is on the tube
draw() {
	local left=$((printed_ms + 5200 - $(now_ms)))
	[ $left -le 0 ] || sleep "$((left / 1000)).$(printf %03d $((left % 1000)))"
}

# stuck_well WHO: what may be said of a label that is on its tube, or on the cup that goes with the patient
stuck_well() { expect "stored on_tube|complete labels_done|stored handed_out|stored cup_is_out" "a label of $1"; }

# scan_labels WHO LABEL...: each, and once more where it is asked whether it is on the tube: it is
scan_labels() {
	local who=$1 label quick=()
	shift
	for label; do
		reads "$label"
		if [ "$verdict $code" = "question quick_scan" ]; then quick+=("$label"); else stuck_well "$who" || return 1; fi
	done
	[ ${#quick[@]} = 0 ] || sleep 1.1
	for label in "${quick[@]}"; do
		reads "$label"
		stuck_well "$who" || return 1
	done
}

# stick WHO: each label on its tube, and scanned
stick() {
	local specimen copy kind label all labels=()
	all=$(tubes_to_label)
	while read -r specimen copy kind; do
		labels+=("$(in_hand "$specimen" "$copy")")
	done <<<"$all"
	[ "$story" = hurried ] || draw
	scan_labels "$1" "${labels[@]}" || return 1
	while read -r specimen copy kind; do
		case $kind in
		cup)
			fate "$specimen" "$copy" handed_out
			[ "$story" = cup_home ] || echo "$specimen $(in_hand "$specimen" "$copy") $number $(now_ms)" >>"$clinic/cups"
			;;
		*) fate "$specimen" "$copy" applied ;;
		esac
	done <<<"$all"
}

# class_of CAP: how it travels, as the day knows it
class_of() {
	case $1 in
	GOLD | YELLOW) echo REF ;;
	GREEN) echo FRZ ;;
	*) echo AMB ;;
	esac
}

# filled SPECIMEN CAP: it holds something now
filled() {
	local class
	class=$(class_of "$2")
	[ "$story" != stat ] || class=$class-STAT
	tube "$1" collected "$number"
	tube "$1" class "$class"
}

# drawn: the closed visit in reply
drawn() {
	local specimen cap
	while read -r specimen cap; do
		filled "$specimen" "$cap"
	done < <(get '.data.visit.tubes[] | select(.state == "collected") | [.specimen_id, .container.cap] | join(" ")')
	n_drawn=$(get '[.data.visit.tubes[] | select(.state == "collected")] | length')
}

close_visit() {
	act visit_close '{"check": "patient_read"}'
	expect "complete visit_closed|complete visit_closed_cup_out" "the visit of $1 closes" || return 1
	drawn
}

# open_visit WHO: from the list of those due, with the right birth date
open_visit() {
	patient=${patient:-$(sed -n "s/^$number //p" "$clinic/due")}
	[ -n "$patient" ] || stuck "$1 is not due" || return 1
	act visit_open "{\"patient_id\": $patient}"
	expect "stored visit_opened" "the visit of $1 opens" || return 1
	view
	act visit_identify "{\"choice\": $(choice_of "$birth")}"
	expect "stored identified" "$1 says the right birth date" || return 1
	n_labels=$(get '[.data.visit.tubes[] | select(.filled_from == null)] | length')
}

# ---- mishaps -------------------------------------------------------------------------------------------------------

# The first label tears: printed again, the torn one is torn up.
torn_label() {
	local specimen
	specimen=$(specimen 0)
	act reprint "{\"specimen_id\": \"$specimen\", \"reason\": \"damaged\"}"
	expect "stored reprinted" "a torn label of $1 is printed again" || return 1
	wait_for_labels "$1" 1 || return 1
	act label_end "{\"specimen_id\": \"$specimen\", \"copy\": 1, \"end\": \"destroyed\", \"reason\": \"torn_up\"}"
	expect "stored label_ended|complete labels_done" "the torn label is torn up" || return 1
	fate "$specimen" 1 destroyed
	view
}

# Two labels are left on the roll.
new_roll() {
	within 15 printer_said media_out || stuck "nobody is told that $room is out of labels" || return 1
	line "$room" "$1" "the printer is out of labels: a new roll"
	roll_of_labels
	[ "$n_labels" -gt 2 ] || return 0
	within 20 rest_is_offered || stuck "nobody is asked whether the rest prints here" || return 1
	act print_rest '{}'
	expect "stored rest_prints" "the rest of $1 prints when $room says so"
}

# ---- a visit ---------------------------------------------------------------------------------------------------------

# visit NUMBER: from the list to the closed visit
visit() {
	local who
	plan_row "$1"
	who="$family, $given"
	patient=
	[ "$story" != out_of_labels ] || roll_of_labels 2
	open_visit "$who" || return 1
	[ "$story" != out_of_labels ] || new_roll "$who" || return 1
	wait_for_labels "$who" "$n_labels" || return 1
	[ "$story" != reprint ] || torn_label "$who" || return 1
	stick "$who" || return 1
	close_visit "$who" || return 1
	line "$room" "$who" "$n_drawn tubes$(of_story)"
}

of_story() {
	case $story in
	reprint) echo ", one label torn and printed again" ;;
	stat) echo ", STAT" ;;
	cup*) echo ", and a cup is with the patient" ;;
	hurried) echo ", scanned in a hurry" ;;
	esac
}

# A walk-in: no order, no number known here.
walk_in() {
	number=W001 family=Walker given=Wanda sex=F birth=19770707 story=plain tests="CBC CMP"
	act order_here "{\"patient\": {\"family\": \"$family\", \"given\": \"$given\", \"birth_date\": \"1977-07-07\", \"sex\": \"F\",
		\"number\": \"$number\"}, \"tests\": [\"CBC\", \"CMP\"], \"provider\": \"OKAFOR, DANIEL\", \"source\": \"paper\"}"
	[ "$verdict" = stored ] || stuck "a walk-in can not be ordered for" || return 1
	patient=$(get .data.patient_id)
	open_visit "$family" && wait_for_labels "$family" "$n_labels" && stick "$family" && close_visit "$family" || return 1
	line "$room" "$family, $given" "$n_drawn tubes, a walk-in without an order"
}

# room_day PERSON ROOM: this room's patients, one after the other; ends early when the person can not go on
room_day() {
	local each n=0
	as "$1"
	room=$2
	# those who get a cup first, so that it can come back
	for each in $(awk -F '\t' -v room="$2" '$6 == room && $7 != "mislabelled" && $7 != "neighbour" { print ($7 !~ /^cup/), $1 }' "$clinic/plan" |
		sort | cut -d ' ' -f 2); do
		visit "$each" || return 0
		n=$((n + 1))
		[ "$2 $n" != "Room 1 9" ] || walk_in || return 0
	done
}

# ---- a label from the other room ---------------------------------------------------------------------------------------

# Ana takes a label of Ben's patient from the shelf between the rooms, sticks it on her patient's tube and scans it.
mislabelled_attempt() {
	local theirs theirs_code ours_who theirs_who
	plan_row "$(plan_with neighbour)"
	theirs_who="$family, $given"
	as Ben
	patient=
	open_visit "$theirs_who" && wait_for_labels "$theirs_who" "$n_labels" || return 0
	theirs=$(specimen 0)
	theirs_code=$(in_hand "$theirs" 1)
	plan_row "$(plan_with mislabelled)"
	ours_who="$family, $given"
	as Ana
	patient=
	open_visit "$ours_who" && wait_for_labels "$ours_who" "$n_labels" || return 0
	reads "$theirs_code"
	expect "stop wrong_patient" "a label of $theirs_who in the visit of $ours_who stops" || return 0
	line "$room" "$ours_who" "STOP: this label is another patient's"
	sleep 1.1
	reads "$theirs_code"
	expect "stop label_or_tube" "scanned again it asks what was done"
	act alarm_answer '{"choice": "label_removed"}'
	expect "stored label_removed" "the label is taken off" || return 0
	fate "$theirs" 1 voided
	view
	stick "$ours_who" && close_visit "$ours_who" || return 0
	line "$room" "$ours_who" "$n_drawn tubes"
	as Ben
	plan_row "$(plan_with neighbour)"
	within 5 question_is print_again || stuck "Ben is not asked to print the label again" || return 0
	act visit_answer '{"code": "print_again", "choice": "yes"}'
	expect "stored reprinted" "Ben's patient gets another label" || return 0
	wait_for_labels "$theirs_who" 1 && stick "$theirs_who" && close_visit "$theirs_who" || return 0
	line "$room" "$theirs_who" "$n_drawn tubes, one with a second label"
}

# ---- cups ---------------------------------------------------------------------------------------------------------------

# Every cup comes back, in the order in which it went. Within a minute it would be taken for the trigger pulled twice.
cups_back() {
	local cup label at left
	as Ana
	while read -r cup label number at; do
		plan_row "$number"
		left=$((at + 61000 - $(now_ms)))
		[ $left -le 0 ] || sleep $((left / 1000 + 1))
		reads "$label"
		expect "stored cup_back|stored cup_back_fill" "the cup of $family is taken back" || continue
		fate "$cup" "$((10#${label:12:2}))" applied
		filled "$cup" YELLOW
		line "Room 1" "$family, $given" "the cup is back"
		[ "$code" = cup_back ] || pour "$cup" || return 0
	done <"$clinic/cups"
}

# pour CUP: two tubes are filled from it, the rest is thrown away
pour() {
	local specimen copy label all
	wait_for_labels "$family" 2 || return 1
	all=$(get '.tubes[] | select(.state == "printed") | [.specimen_id, .labels[-1].copy, .container.cap] | map(tostring) | join(" ")')
	draw
	while read -r specimen copy cap; do
		reads "$(in_hand "$specimen" "$copy")"
		expect "stored filled" "a tube filled from the cup of $family" || return 1
		fate "$specimen" "$copy" applied
		filled "$specimen" "$cap"
	done <<<"$all"
	act visit_answer '{"code": "cup_kept", "choice": "no"}'
	expect "complete visit_closed" "the rest is thrown away" || return 1
	tube "$1" gone
	line "Room 1" "$family, $given" "$(wc -l <<<"$all") tubes filled from the cup"
}
