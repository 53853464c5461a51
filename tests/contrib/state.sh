#!/bin/sh
# state.sh: contrib/run and --reset refuse a state directory that others own or write, before they touch anything.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

refused() { # refused WORDS DIRECTORY
	for option in --reset --stop ''; do
		if out=$(SPECIMEND_STATE=$2 timeout 20 "$top/contrib/run" $option 2>&1); then
			failed=$((failed + 1))
			echo "not ok - $1 $option: $out"
		elif printf '%s\n' "$out" | grep -q "$3"; then
			passed=$((passed + 1))
			echo "ok - $1 $option"
		else
			failed=$((failed + 1))
			echo "not ok - $1 $option: $out"
		fi
	done
}

mkdir -m 777 "$work/open"
mkdir "$work/ours"
ln -s "$work/ours" "$work/link"
refused "a directory that others may write" "$work/open" "can be written by others"
refused "a link" "$work/link" "is not a directory of ours"
if [ "$(id -u)" = 0 ]; then
	mkdir "$work/theirs"
	chown nobody "$work/theirs"
	refused "another user's directory" "$work/theirs" "is not a directory of ours"
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
