# shellcheck shell=bash
# notes.sh: what the day's people did with their hands, and what they were told; kept in files, since they work at once.
# Sourced by tests/day/play.

# expect WANT WORDS: the last reply's verdict and code; WANT may be several, with | between. What had to be scanned again
# because it was not stored may be a repeat.
expect() {
	case "|$1|repeat ${scanned_again:+$code}|" in
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

# sounds_right TEXT: the USB scanner was told what the core said, and said it
sounds_right() {
	case $verdict in
	stored | complete) holds "$sound" good "the sound of ...${1: -4}" ;;
	question | stop) holds "$sound" error "the sound of ...${1: -4}" ;;
	esac
}

# reads TEXT [AIM]: scans it, and as people do once more while it is not stored. What comes then may be a repeat.
reads() {
	local try
	scanned_again=
	for try in 1 2 3 4 5; do
		if [ -n "$gun" ]; then usb_scan "$gun" "$@"; else scan "$@"; fi
		case $verdict in
		'' | not_stored) ;;
		*)
			[ -z "$gun" ] || sounds_right "$1"
			return 0
			;;
		esac
		scanned_again=yes
		sleep "$try"
	done
}

# sees PATH: a view, until it is shown
sees() { within 60 is_shown "$1" || stuck "nothing is shown of $1"; }
is_shown() {
	ask GET "$1"
	[ "$status" = 200 ]
}
