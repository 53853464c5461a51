#!/bin/sh
# Runs each tests/fuzz/fuzz_*.c over its stored inputs (tests/data/fuzz/<name>/) and then for FUZZ_SECONDS
# on inputs of its own. A target includes the sources it tests, or names their folders in its first
# comment ("Sources: daemon/base ..."; with a slash at its end a folder and all below it), and there its
# libraries too ("Link: -lx"). Give names to run only those.
#
# As many at a time as there are processors. New inputs are kept in FUZZ_CORPUS/<name>/ when that is set, else forgotten.
# Needs clang with its fuzzer; exits with 77 (skipped) when there is none.
set -eu

srcdir=${srcdir:-.}
seconds=${FUZZ_SECONDS:-5}
clang=${FUZZ_CLANG:-clang}
datadir=/usr/share/specimend

flags='-std=gnu11 -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all'

# one NAME: that target, in $work; a file "passed" there says that it did
one() {
	name=$1
	source=$srcdir/tests/fuzz/fuzz_$name.c
	stored=$srcdir/tests/data/fuzz/$name
	found=${FUZZ_CORPUS:-$work}/$name
	libs=$(sed -n 's/^ \* Link: //p' "$source")
	sources=
	folders=$(sed -n 's/^ \* Sources: //p' "$source")
	for folder in $folders; do
		case $folder in
		*/) sources="$sources $(find "$srcdir/$folder" -name '*.c' | tr '\n' ' ')" ;;
		*) sources="$sources $(echo "$srcdir/$folder"/*.c)" ;;
		esac
	done
	if [ -z "$(ls -A "$stored" 2>/dev/null)" ]; then
		echo "fuzz: $name has no stored inputs in $stored" >&2
		return 0
	fi
	mkdir -p "$found"
	# each stored input by itself first: a failure names its file. -timeout: of one input
	# shellcheck disable=SC2086 # words on purpose
	if "$clang" $flags -I"$srcdir" -I. -D_GNU_SOURCE ${FUZZ_CPPFLAGS:-} \
		"-DSPECIMEND_DATADIR=\"$datadir\"" '-DSPECIMEND_VERSION="fuzz"' \
		-o "$work/fuzz_$name" "$source" $sources $libs >"$work/log" 2>&1 &&
		"$work/fuzz_$name" -runs=0 -artifact_prefix="$work/" "$stored" >"$work/log" 2>&1 &&
		"$work/fuzz_$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
			-artifact_prefix="$work/" "$found" "$stored" >"$work/log" 2>&1; then
		: >"$work/passed"
		runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/log")
		echo "fuzz: $name passed, $(find "$stored" -type f | wc -l) stored inputs, $runs runs in $seconds s"
	else
		cat "$work/log" >&2
		for artifact in "$work"/crash-* "$work"/leak-* "$work"/timeout-* "$work"/oom-*; do
			[ -e "$artifact" ] && cp "$artifact" "fuzz-$name-${artifact##*/}" &&
				echo "fuzz: $name failed on fuzz-$name-${artifact##*/}" >&2
		done
	fi
}

# below xargs
if [ -n "${FUZZ_WORK:-}" ]; then
	work=$FUZZ_WORK/$1
	mkdir "$work"
	one "$1"
	exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

can_fuzz() {
	echo 'int LLVMFuzzerTestOneInput(const char *d, unsigned long n) { return d && n ? 0 : 0; }' >"$work/try.c"
	# shellcheck disable=SC2086 # words on purpose
	"$clang" $flags -o "$work/try" "$work/try.c" 2>/dev/null
}

if ! can_fuzz; then
	echo "fuzz: no $clang with -fsanitize=fuzzer; skipped" >&2
	exit 77
fi

names=$*
if [ -z "$names" ]; then
	for source in "$srcdir"/tests/fuzz/fuzz_*.c; do
		name=${source##*/fuzz_}
		names="$names ${name%.c}"
	done
fi

# shellcheck disable=SC2086 # words on purpose
printf '%s\n' $names | FUZZ_WORK=$work srcdir=$srcdir xargs -P "$(nproc)" -n 1 sh "$0" || :
wanted=$(echo "$names" | wc -w)
passed=$(find "$work" -mindepth 2 -maxdepth 2 -name passed | wc -l)
echo "$passed passed, $((wanted - passed)) failed"
[ "$passed" -eq "$wanted" ]
