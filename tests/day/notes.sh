# shellcheck shell=bash
# notes.sh: what the day's people did with their hands, and what they were told; kept in files, since they work at once.
# Sourced by tests/day/play.

# expect WANT WORDS: the last reply's verdict and code; WANT may be several, with | between
expect() {
	case "|$1|" in
	*"|$verdict $code|"*) echo passed >>"$clinic/counted" ;;
	*)
		echo failed >>"$clinic/counted"
		printf 'not ok - %s: have "%s", want "%s": %s\n' "$2" "$verdict $code" "$1" "$(get '[.title, .do] | join(" ")' | head -c 300)"
		return 1
		;;
	esac
}

# holds HAVE WANT WORDS
holds() {
	if [ "$1" = "$2" ]; then
		echo passed >>"$clinic/counted"
	else
		echo failed >>"$clinic/counted"
		printf 'not ok - %s: have "%s", want "%s"\n' "$3" "$1" "$2"
		return 1
	fi
}

# stuck WORDS: this person can not go on; the others do
stuck() {
	echo failed >>"$clinic/counted"
	printf 'not ok - %s: %s %s\n' "$1" "$status" "$(head -c 600 <<<"$reply")"
	return 1
}

# line WHERE WHO WORDS: progress
line() { printf '%s  %-12s %-22s %s\n' "$(date +%H:%M:%S)" "$1" "$2" "$3"; }

# fate SPECIMEN COPY WHAT: what became of a label: applied, handed_out, destroyed, voided. The last word counts.
fate() { printf '%s%02d\t%s\n' "$1" "$2" "$3" >>"$clinic/fates"; }

# tube SPECIMEN FACT [MORE]: collected, bag, departed, accepted, rejected, held ...
tube() { printf '%s\t%s\t%s\n' "$1" "$2" "${3:-}" >>"$clinic/tubes"; }

# tubes_that FACT [MORE]: specimens of whom this was noted
tubes_that() { awk -F '\t' -v fact="$1" -v more="${2:-}" '$2 == fact && (more == "" || $3 == more) { print $1 }' "$clinic/tubes"; }
