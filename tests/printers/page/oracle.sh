#!/bin/sh
# Independent oracles: zbarimg and dmtxread read the PNG of every made-up label and must say what was
# ordered (contrib/DOMAIN.md LB-07, LB-11). Debian: zbar-tools, dmtx-utils. Skipped (77) without them.
set -eu
command -v zbarimg >/dev/null || { echo "zbarimg is not installed"; exit 77; }
command -v dmtxread >/dev/null || { echo "dmtxread is not installed"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
FONTCONFIG_FILE=${srcdir:-.}/tests/data/page/fonts.conf
export FONTCONFIG_FILE
tests/printers/page/page_sample "$dir" >"$dir/list"
passed=0
failed=0
while IFS='	' read -r png code matrix; do
	read_code=$(zbarimg --nodbus -q --raw -S '*.disable' -S code128.enable "$png" || true)
	read_matrix=$(dmtxread -n -N1 -m8000 -s14x14 "$png" || true)
	if [ "${read_code:--}" = "$code" ] && [ "${read_matrix:--}" = "$matrix" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "$(basename "$png"): zbarimg '$read_code' dmtxread '$read_matrix', ordered '$code' '$matrix'"
	fi
done <"$dir/list"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -ge 130 ]
