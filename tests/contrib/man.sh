#!/bin/sh
# man.sh: the man page names every command and option of `specimend --help` and every key of `--print-config`,
# and nothing that is not there.
set -eu
page=${srcdir:-.}/contrib/man/specimend.8
passed=0
failed=0

# same WHAT PROGRAM'S PAGE'S: two sorted lists of words
same() {
	if [ -n "$2" ] && [ "$2" = "$3" ]; then
		passed=$((passed + 1))
		echo "ok - $1"
	else
		failed=$((failed + 1))
		printf 'not ok - %s\n--- the program says\n%s\n--- the page says\n%s\n' "$1" "$2" "$3"
	fi
}

help=$(./specimend --help)
said=$(printf '%s\n' "$help" | sed -n 's/^  \([a-z-]\{1,\}\) .*/\1/p' | sort)
same commands "$said" "$(sed -n '/^The commands:/,/^\.El/s/^\.It Cm \([a-z-]*\).*/\1/p' "$page" | sort)"

for command in $said; do
	options=$(printf '%s\n' "$help" | awk -v command="$command" '
		/^  [a-z]/ { here = $1 == command }
		here && /^      --/ { print $1 }' | sort)
	[ -n "$options" ] || continue
	same "options of $command" "$options" "$(sed -n "s/^\.It Cm $command //p" "$page" |
		grep -oE 'Fl -[a-z]+' | sed 's/^Fl /-/' | sort -u)"
done

same keys "$(./specimend --print-config | sed -n 's/^\([a-z_]*\) = .*/\1/p' | sort)" \
	"$(sed -n '/^\.Sh CONFIGURATION/,/^\.Sh ENVIRONMENT/s/^\.It Cm //p' "$page" | sed 's/ , /\n/g' | sort)"

./specimend --print-config | sed -n 's/^\([a-z_]*\) = \(.*\)/\1 \2/p' | while read -r key value; do
	case $key in web_dir | schema_dir | templates_dir) continue ;; esac # below the prefix
	grep -qF "$key" "$page" && sed -n '/^\.Sh CONFIGURATION/,/^\.Sh ENVIRONMENT/p' "$page" | grep -F '.Pq ' |
		grep -qF -- "$value" || echo "default of $key: $value"
done >man-defaults.tmp
same "defaults" "none missing$(cat man-defaults.tmp)" "none missing"
rm -f man-defaults.tmp
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" = 9 ]
