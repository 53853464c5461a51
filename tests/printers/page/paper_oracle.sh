#!/bin/sh
# Independent oracles for papers: poppler draws the very PDF and reads its words, zbarimg and dmtxread read its bar
# codes. Debian: poppler-utils, zbar-tools, dmtx-utils. Skipped (77) without them.
set -eu
for tool in pdftoppm pdftotext pdfinfo zbarimg dmtxread; do
	command -v "$tool" >/dev/null || { echo "$tool is not installed"; exit 77; }
done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
FONTCONFIG_FILE=${srcdir:-.}/tests/data/page/fonts.conf
export FONTCONFIG_FILE
passed=0
failed=0

# is WHAT ACTUAL EXPECTED
is() {
	if [ "$2" = "$3" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "$1: '$2', expected '$3'"
	fi
}

for row in "a4 595.276 x 841.89 pts (A4)" "letter 612 x 792 pts (letter)" "4x6 288 x 432 pts"; do
	format=${row%% *}
	pdf=$dir/$format.pdf
	tests/printers/page/paper_sample "$pdf" "$format"
	pages=$(pdfinfo "$pdf" | sed -n 's/^Pages: *//p')
	pdftotext -layout "$pdf" "$dir/text"
	is "$format: size" "$(pdfinfo "$pdf" | sed -n 's/^Page size: *//p')" "${row#* }"
	is "$format: made" "$(pdfinfo -isodates "$pdf" | sed -n 's/^CreationDate: *//p')" "2026-11-22T11:05:00Z"
	is "$format: a count on each page" "$(grep -c " of $pages\$" "$dir/text")" "$pages"
	is "$format: every tube" "$(grep -oE '\b101[0-9]{9}\b' "$dir/text" | sort -u | wc -l)" 25
	is "$format: whole names" "$(tr -d ' \n' <"$dir/text" | grep -o 'Wolfeschlegelsteinhausenbergerdorff-Ångström-Łukasiewicz,ÉzéchielMaximilian' | wc -l)" 6
	is "$format: right to left" "$(grep -c 'محمد' "$dir/text")" 6
	is "$format: spelled names" "$(grep -c '≈XSHAXXG, FAXTTMXXG$' "$dir/text")" 6
	is "$format: and the true ones by number" "$(tr -d ' \n' <"$dir/text" | grep -o 'U+0634U+0627U+06C1,U+0641U+0627U+0637U+0645U+06C1' | wc -l)" 6
	pdftoppm -r 300 -gray "$pdf" "$dir/page"
	for page in "$dir"/page-*.pgm; do
		zbarimg --nodbus -q --raw -S '*.disable' -S code128.enable "$page" || true
	done >"$dir/codes"
	is "$format: bar codes of tubes" "$(grep -E '^101' "$dir/codes" | sort -u | wc -l)" 25
	is "$format: bar code of the bag" "$(grep -c '^B101000000188$' "$dir/codes")" "$pages"
	is "$format: nothing else is read" "$(grep -cvE '^(101[0-9]{9}|B101000000188)$' "$dir/codes" || true)" 0
	# dmtxread is lost among so many bars: it is shown where the square is
	corner="700 315 230 160"
	[ "$format" != 4x6 ] || corner="430 230 200 160"
	# shellcheck disable=SC2086 # four numbers
	set -- $corner
	pdftoppm -r 300 -gray -f 1 -l 1 -singlefile -x "$1" -y "$2" -W "$3" -H "$4" "$pdf" "$dir/page-square"
	is "$format: square code" "$(dmtxread -n -N1 -m8000 "$dir/page-square.pgm" || true)" B101000000188
	rm -f "$dir"/page-*
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -eq 36 ]
