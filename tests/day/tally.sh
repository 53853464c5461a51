# shellcheck shell=bash
# tally.sh: what was seen at the doors, added up without asking the service: labels that lay in the trays, scans and
# their answers, what people did with their hands. Sourced by tests/day/play.

# Every label that came out, read by a program that is not ours: specimen and copy (14 digits).
labels_seen() {
	local file
	for file in "$clinic"/run/labels/*.png "$clinic"/usb/*.png; do
		[ -e "$file" ] || continue
		read_label "$file"
		echo
	done | sed -n 's/^\([0-9]\{14\}\)[0-9][0-9]$/\1/p' | sort
}

# fate_count WHAT: of labels, by the last word about each
fate_count() { awk -F '\t' -v what="$1" '{ last[$1] = $2 } END { for (l in last) n += last[l] == what; print n + 0 }' "$clinic/fates"; }

# tube_count FACT [MORE]: tubes of which that was ever noted
tube_count() { tubes_that "$@" | sort -u | wc -l; }

# balances WORDS LEFT RIGHT: one line of the ledger
balances() {
	local mark==
	[ "$2" = "$3" ] || mark='does not equal'
	printf '  %-62s %4s %s %s\n' "$1" "$2" "$mark" "$3"
	holds "$2" "$3" "the ledger balances: $1"
}

# tube_end WHAT: of tubes, by the last word of the laboratory about each
tube_end() {
	awk -F '\t' -v what="$1" '$2 ~ /^(accepted|rejected|held|missing)$/ { last[$1] = $2 } END { for (t in last) n += last[t] == what; print n + 0 }' "$clinic/tubes"
}

tally_labels() {
	local printed
	labels_seen >"$clinic/labels_seen"
	printed=$(wc -l <"$clinic/labels_seen")
	l_applied=$(fate_count applied) l_handed_out=$(fate_count handed_out) l_voided=$(fate_count voided) l_destroyed=$(fate_count destroyed)
	l_printed=$printed
	balances "labels in the trays, each once" "$(sort -u "$clinic/labels_seen" | wc -l)" "$printed"
	balances "of whose end somebody knows" "$(cut -f 1 "$clinic/fates" | sort -u | comm -12 - "$clinic/labels_seen" | wc -l)" "$printed"
	balances "printed = $l_applied applied + $l_handed_out handed out + $l_voided voided + $l_destroyed destroyed" \
		"$printed" $((l_applied + l_handed_out + l_voided + l_destroyed))
}

tally_tubes() {
	t_collected=$(tube_count collected) t_packed=$(tube_count bag) t_here=$(tube_count left) t_gone=$(tube_count gone)
	t_departed=$(tube_count departed) t_without_pickup=$(tube_count without_pickup)
	t_accepted=$(tube_end accepted) t_rejected=$(tube_end rejected) t_held=$(tube_end held) t_missing=$(tube_end missing)
	balances "collected = $t_packed packed + $t_here still here + $t_gone poured from and thrown away" "$t_collected" $((t_packed + t_here + t_gone))
	balances "packed = $t_departed departed + $t_without_pickup in bags without a pickup" "$t_packed" $((t_departed + t_without_pickup))
	balances "went = $t_accepted accepted + $t_rejected rejected + $t_held held + $t_missing missing" \
		$((t_departed + t_without_pickup)) $((t_accepted + t_rejected + t_held + t_missing))
	echo "  unexpected, apart: $(wc -l <"$clinic/unexpected")"
}

# The same by the service's own view, which reads events.
service_says() {
	as Max
	sees /api/ledger
	holds "$(get '[.data.balance[] | select(.ok | not) | .line] | join(" ")')" "" "the service's ledger balances"
	get '.data | "  labels:     \(.labels | to_entries | map("\(.key) \(.value)") | join(", "))",
		"  tubes:      \(.tubes | to_entries | map("\(.key) \(.value)") | join(", "))", "  unexpected: \(.unexpected)",
		(.balance[] | "  \(.line): \(.left) \(if .ok then "=" else "does not equal" end) \(.right)")'
	holds "$(get '.data.labels | [.printed, .applied, .handed_out, .voided, .destroyed, .open] | join(" ")')" \
		"$l_printed $l_applied $l_handed_out $l_voided $l_destroyed 0" "labels as they were seen at the doors"
	holds "$(get '.data.tubes | [.collected, .packed, .still_here, .gone, .departed, .in_bags_without_pickup] | join(" ")')" \
		"$t_collected $t_packed $t_here $t_gone $t_departed $t_without_pickup" "tubes as they were seen at the clinic"
	holds "$(get '.data.tubes | [.accepted, .rejected, .held, .missing, .under_way] | join(" ")')" \
		"$t_accepted $t_rejected $t_held $t_missing 0" "tubes as they were seen at the laboratory"
	holds "$(get .data.unexpected)" "$(wc -l <"$clinic/unexpected")" "what nobody knew"
}
