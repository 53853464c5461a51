#!/bin/sh
# check-dist.sh DIR: what `make dist` packs in the build directory DIR has every file that is kept in git, but those
# whose names begin with a dot. A file that a suite reads and no EXTRA_DIST names is found here, not by who unpacks it.
set -eu
dir=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'chmod -R u+w "$dir/dist-files" 2>/dev/null || :; rm -rf "$work" "$dir/dist-files"' EXIT

if ! git ls-files >"$work/git" 2>/dev/null; then
	echo "no git repository: nothing to compare with"
	exit 0
fi
grep -vE '(^|/)\.' "$work/git" | sort >"$work/kept"
make -s -C "$dir" distdir distdir=dist-files >"$work/make" 2>&1 || {
	cat "$work/make"
	exit 1
}
(cd "$dir/dist-files" && find . -type f) | sed 's|^\./||' | sort >"$work/packed"
comm -23 "$work/kept" "$work/packed" >"$work/missing"
if [ -s "$work/missing" ]; then
	echo "not in the tarball (EXTRA_DIST of the folder's local.mk):"
	cat "$work/missing"
	exit 1
fi
echo "$(wc -l <"$work/kept") files are in the tarball"
