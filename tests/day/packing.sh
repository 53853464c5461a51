# shellcheck shell=bash
# packing.sh: the clinic packs, the courier carries. Sourced by tests/day/play.

# checked TEXT: a number with its two check digits, as on our printed codes (ISO 7064 MOD 97-10, the letter as two digits)
checked() {
	local digits=$1
	[[ $digits != [A-Z]* ]] || digits=$(($(printf %d "'${digits:0:1}") - 55))${digits:1}
	printf '%s%02d\n' "$1" $((98 - 10#$digits * 100 % 97))
}

# bag_from_the_pile N: a practice bag with its printed code
bag_from_the_pile() { checked "B999$(printf %07d $((4000 + $1)))"; }

# to_pack CLASS: drawn tubes that travel so, and are in no bag
to_pack() {
	comm -23 <(comm -12 <(tubes_that collected | sort -u) <(tubes_that class "$1" | sort -u)) \
		<({ tubes_that bag && tubes_that gone && tubes_that left; } | sort -u)
}

# pack BAG CLASS [MISCOUNT]: puts them in, counts without being told, closes. With a miscount the first count is one short.
pack() {
	local n each lab
	to_pack "$2" >"$clinic/in.$1"
	n=$(wc -l <"$clinic/in.$1")
	reads "$1" ']C0'
	if [ "$code" = bag_for_what ]; then
		sees /api/packing
		lab=$(get '.data.choices[0].lab_id')
		act bag_open "{\"bag\": \"$1\", \"lab_id\": $lab, \"class\": \"${2%-STAT}\", \"stat\": $([ "${2%-STAT}" = "$2" ] && echo false || echo true)}"
	fi
	expect "stored bag_open" "bag ${1: -4} is opened for $2" || return 0
	if [ -n "${3:-}" ]; then
		act bag_count "{\"bag\": \"$1\", \"count\": $((n - 1))}"
		expect "question count_differs" "a count that is one short is asked back" || return 0
	fi
	act bag_count "{\"bag\": \"$1\", \"count\": $n}"
	expect "complete count_agrees" "$n tubes are what should be in the bag" || return 0
	act bag_close "{\"bag\": \"$1\"}"
	expect "complete bag_closed|complete bag_closed_more" "bag ${1: -4} closes" || return 0
	while read -r each; do
		tube "$each" bag "$1"
	done <"$clinic/in.$1"
	line "packing" "bag ${1: -4} $2" "$n tubes${3:+, counted twice}"
}

# not_today CLASS WHY: what is left where it stands
not_today() {
	local each
	while read -r each; do
		tube "$each" left "$2"
		line "packing" "tube ${each: -4} $1" "stays here: $2"
	done < <(to_pack "$1")
}

# badge NAME: the code on it
badge() { sed -n 's/^badge *//p' "$clinic/operator.$1"; }

# pickup SIGNS BAG...: the courier at the clinic's counter; that person signs
pickup() {
	local signs=$1 stop bag last
	shift
	sees /api/courier
	stop=$(get '.data.stops[0].stop')
	reads "$stop" ']C0'
	expect "stored pickup_begun" "the stop's code begins a pickup" || return 0
	last=${!#}
	for bag; do
		reads "$bag" ']C0'
		if [ "$bag" = "$last" ]; then
			expect "complete bags_all_taken" "all bags are taken" || return 0
		else
			expect "stored bag_taken" "bag ${bag: -4} is taken" || return 0
		fi
		tubes_that bag "$bag" | while read -r each; do tube "$each" departed "$bag"; done
		line "courier" "bag ${bag: -4}" "taken, $(wc -l <"$clinic/in.$bag") tubes"
	done
	reads "$(badge "$signs")" ']C0'
	expect "complete picked_up" "$signs signs for the clinic" || return 0
	line "courier" "" "$# bags, signed by $signs: $(get .title)"
}

# stop_after_departure NUMBER: "we made a mistake" about a visit whose tubes are on the road
stop_after_departure() {
	local specimen label
	plan_row "$1"
	specimen=$(tubes_that collected "$1" | head -n 1)
	act mistake "{\"specimen_id\": \"$specimen\", \"note\": \"two patients were called at once\"}"
	expect "stored mistake" "Stop after departure" || return 0
	while read -r specimen; do
		tube "$specimen" stopped
		label=$(label_on "$specimen")
		fate "${label:0:12}" "$((10#${label:12:2}))" voided
	done < <(tubes_that collected "$1")
	line "Room 2" "$family, $given" "STOP: we made a mistake; $(tubes_that collected "$1" | wc -l) tubes on hold, on the road"
}

# label_on SPECIMEN: the square code of the label that is stuck on it
label_on() {
	local stuck
	stuck=$(awk -F '\t' -v specimen="$1" 'substr($1, 1, 12) == specimen && ($2 == "applied" || $2 == "handed_out") { last = $1 } END { print last }' "$clinic/fates")
	grep -hm 1 "^$stuck" "$clinic"/*/hand
}
