# shellcheck shell=bash
# lab.sh: the laboratory: the dock takes bags, two benches take tubes, one person closes. Sourced by tests/day/play.

# dock BAG...: the courier's badge, each bag, the receiver's own badge. The last bag is one that nobody scanned when it left.
dock() {
	local bag each arrival
	bag_strayed=
	reads "$(badge Juan)" ']C0'
	expect "stored delivery_begun" "the courier's badge opens a delivery" || return 0
	sees /api/receiving || return 0
	delivery=$(get '.data.work.delivery')
	line "dock" "" "$(get '.data.deliveries[0].expected_bags') bags of Juan are expected"
	for bag; do
		reads "$bag" ']C0'
		expect "stored arrived|stored arrived_cold|complete bags_complete|question bag_without_pickup" "bag ${bag: -4} arrives" || return 0
		arrival=$code
		if [ "$arrival" = arrived_cold ]; then
			act bag_remark "{\"bag\": \"$bag\", \"remark\": \"temperature\", \"celsius\": 5.5}"
			[ "$verdict" = stored ] || stuck "the temperature of a cold bag is not taken" || :
		fi
		while read -r each; do
			[ "$arrival" != bag_without_pickup ] || tube "$each" without_pickup "$bag"
		done <"$clinic/in.$bag"
		line "dock" "bag ${bag: -4}" "$([ "$arrival" = bag_without_pickup ] && echo "is here, and nobody scanned it when it left" || echo "arrived")"
		[ "$arrival" != bag_without_pickup ] || bag_strayed=$bag
	done
	reads "$(badge Lena)" ']C0'
	expect "complete delivery_signed" "the receiver signs" || return 0
}

# open_bag BAG
open_bag() {
	reads "$1" ']C0'
	expect "stored bag_opened|stored bag_opened_all" "bag ${1: -4} is opened"
}

# take_in SPECIMEN: one tube in hand, scanned; what the screen says is what is noted
take_in() {
	reads "$(label_on "$1")"
	case $code in
	accepted | bag_complete | delivery_complete) tube "$1" accepted ;;
	order_was_cancelled)
		tube "$1" held cancelled
		line "$room" "tube ${1: -4}" "its order was cancelled: QUESTIONS rack"
		;;
	on_hold)
		line "$room" "tube ${1: -4}" "STOP: on hold, set aside"
		sleep 1.1
		reads "$(label_on "$1")"
		act alarm_answer '{"choice": "tube_set_aside"}'
		[ "$verdict" = stored ] || stuck "a tube on hold can not be set aside" || return 1
		tube "$1" held stopped
		verdict=stored code=on_hold
		;;
	on_hold_too)
		line "$room" "tube ${1: -4}" "also on hold: set aside, scanned once more"
		sleep 1.1
		reads "$(label_on "$1")"
		tube "$1" held stopped
		;;
	esac
	expect "stored accepted|complete bag_complete|complete delivery_complete|question order_was_cancelled|stored on_hold|stored on_hold_aside" "tube ${1: -4} is received"
}

# bench PERSON BENCH BAG...: opens each and scans every tube but the one that is not there
bench() {
	local bag each n
	as "$1"
	room=$2
	shift 2
	for bag; do
		open_bag "$bag" || return 0
		n=0
		while read -r each; do
			[ "$each" != "$tube_missing" ] || continue
			if [ "$each" = "$tube_broken" ]; then
				reject_in_hand "$each" quantity_not_sufficient "leaked in the bag" || return 0
				continue
			fi
			take_in "$each" || return 0
			n=$((n + 1))
		done < <(rev "$clinic/in.$bag" | sort | rev) # any order
		line "$room" "bag ${bag: -4}" "$n tubes scanned"
	done
}

# reject_in_hand SPECIMEN REASON NOTE: nobody has scanned it yet, so it is not rejected by its number; the reason, then its scan
reject_in_hand() {
	act reject "{\"specimen_id\": \"$1\", \"reason\": \"$2\"}"
	expect "question receive_first" "a tube that nobody scanned is not rejected" || return 1
	act reject "{\"reason\": \"$2\", \"note\": \"$3\"}"
	expect "question scan_to_reject" "the reason first: then the tube is scanned" || return 1
	reads "$(label_on "$1")"
	expect "stored rejected" "tube ${1: -4} is rejected by its scan" || return 1
	tube "$1" rejected "$2"
	line "$room" "tube ${1: -4}" "rejected: $3"
}

# reject SPECIMEN REASON NOTE: one that was received
reject() {
	act reject "{\"specimen_id\": \"$1\", \"reason\": \"$2\", \"note\": \"$3\"}"
	expect "stored rejected" "tube ${1: -4} is rejected" || return 1
	tube "$1" rejected "$2"
	line "$room" "tube ${1: -4}" "rejected: $3"
}

# A tube in the bag that no clinic on the system has sent.
unexpected_tube() {
	reads "$(checked 9980000017)" ']C0'
	expect "question unknown_code" "a tube that nobody knows goes on the questions list" || return 0
	echo unexpected >>"$clinic/unexpected"
	line "$room" "tube nobody knows" "QUESTIONS rack"
}

# close_delivery: what is open becomes a list with names
close_delivery() {
	act delivery_close "{\"delivery\": \"$delivery\"}"
	expect "question delivery_closed_short" "the delivery closes short of one tube" || return 0
	sees "/api/reconciliation?delivery=$delivery"
	holds "$(get '[.data.missing[].specimen_id] | join(" ")')" "$tube_missing" "the missing tube is named"
	holds "$(get '.data.missing[0].holder.name')" "Lab bench 1" "with who had its bag last"
	holds "$(get '.data.missing[0] | [.opened.by, .opened.station, .brought.by] | join(", ")')" "Max, Lab bench 1, Juan" "who opened it, and who brought it"
	holds "$(get '[.data.rejected[].specimen_id] | sort | join(" ")')" "$(printf '%s\n' "$tube_broken" "$tube_clotted" | sort | paste -sd ' ')" "and both that were rejected"
	holds "$(get '.data.without_pickup | join(" ")')" "$bag_strayed" "and the bag that came without a pickup"
	tube "$tube_missing" missing
	echo
	echo "Reconciliation of delivery ${delivery: -4}"
	get '.data | "  accepted \(.accepted), rejected \(.rejected | length), held \(.held | length), missing \(.missing | length), unexpected \(.unexpected | length)",
		(.missing[] | "  missing   ...\(.specimen_id[-4:]) \(.patient.name), bag ...\(.bag[-4:]), opened by \(.opened.by) at \(.opened.station), brought by \(.brought.by)"),
		(.rejected[] | "  rejected  ...\(.specimen_id[-4:]) \(.patient.name): \(.reason)"),
		(.held[] | "  held      ...\(.specimen_id[-4:]) \(.patient.name): \(.reason)"),
		(.unexpected[] | "  unknown   \(.text)"),
		(.without_pickup[] | "  without a pickup: bag ...\(.[-4:])")'
}
