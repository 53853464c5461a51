#!/bin/sh
# units.sh: a unit hides of /proc what its program does not read, and nothing that it does. ProcSubset=pid hides all but the processes,
# so also the kernel's boot id: without it the core takes every start for another host's, and no printer's counter proves anything.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# The program's own folder, and those that any program may use.
folders() { # folders UNIT
	program=$(sed -n 's|^ExecStart=[^ ]*/\(specimend[a-z-]*\) .*|\1|p' "$1")
	case $program in
	specimend) echo daemon/cmd ;;
	specimend-?*) echo "daemon/${program#specimend-}" ;;
	*) echo "no program in $1" >&2 && return 1 ;;
	esac
	echo daemon/base daemon/loop daemon/link daemon/custody daemon/hl7 printers scanners
}

is_right() { # is_right UNIT
	of=$(folders "$1")
	# shellcheck disable=SC2086 # a list of folders
	if (cd "$top" && grep -rhoE --include='*.[ch]' '"/proc/[a-z0-9_]+' $of) | grep -qv '"/proc/self'; then
		hides=no
	else
		hides=yes
	fi
	[ "$(grep -c '^ProcSubset=pid' "$1")" = "$([ $hides = yes ] && echo 1 || echo 0)" ]
}

told() { # told WORDS RESULT
	if [ "$2" = yes ]; then
		passed=$((passed + 1))
		echo "ok - $1"
	else
		failed=$((failed + 1))
		echo "not ok - $1"
	fi
}

for unit in "$top"/contrib/systemd/*.service.in; do
	name=$(basename "$unit" .in)
	is_right "$unit" && right=yes || right=no
	told "$name" "$right"
	# the same unit with the other setting is wrong
	if grep -q '^ProcSubset=pid' "$unit"; then
		grep -v '^ProcSubset=pid' "$unit" >"$work/$name"
	else
		{ cat "$unit" && echo ProcSubset=pid; } >"$work/$name"
	fi
	is_right "$work/$name" && right=no || right=yes
	told "$name the other way is seen to be wrong" "$right"
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -ge 8 ]
