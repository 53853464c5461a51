# shellcheck shell=bash
# tally.sh: what was seen at the doors, added up without asking the service: labels that lay in the trays, scans and
# their answers, what people did with their hands. Sourced by tests/day/play.

# Every label that came out, read by a program that is not ours: specimen and copy (14 digits).
labels_seen() {
	local file
	for file in "$clinic"/run/labels/*.png; do
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
	holds "$2" "$3" "the ledger balances: $1" || :
}

tally_labels() {
	local printed
	labels_seen >"$clinic/labels_seen"
	printed=$(wc -l <"$clinic/labels_seen")
	echo "Labels seen in the trays"
	balances "each once" "$(sort -u "$clinic/labels_seen" | wc -l)" "$printed"
	balances "of whose end somebody knows" "$(cut -f 1 "$clinic/fates" | sort -u | comm -12 - "$clinic/labels_seen" | wc -l)" "$printed"
	balances "printed = $(fate_count applied) applied + $(fate_count handed_out) handed out + $(fate_count voided) voided + $(fate_count destroyed) destroyed" \
		"$printed" "$(($(fate_count applied) + $(fate_count handed_out) + $(fate_count voided) + $(fate_count destroyed)))"
}
