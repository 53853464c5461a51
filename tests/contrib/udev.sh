#!/bin/sh
# udev.sh: the udev rules that are shipped are rules (udev(7)): known keys, operators, every GOTO with a LABEL behind it;
# they lend what they should, to whom they should; and `udevadm verify` finds nothing where it is there (systemd 254).
set -eu
rules=${srcdir:-.}/contrib/udev
passed=0
failed=0

# check WHAT COMMAND...
check() {
	what=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
		echo "ok - $what"
	else
		failed=$((failed + 1))
		echo "not ok - $what"
	fi
}

# The rules of a file, one a line, without comments.
rules_of() {
	sed -e :join -e '/\\$/{N;s/\\\n[[:space:]]*//;b join' -e '}' "$1" | grep -v -e '^#' -e '^$'
}

# Says what is no rule, and fails.
rules_are_rules() {
	rules_of "$1" | awk '
	function fault(why) { print FILENAME why ": " $0; bad = 1 }
	{
		rest = $0
		while (rest != "") {
			if (!match(rest, /^[A-Z_]+(\{[A-Za-z0-9_\/.]+\})?(==|!=|\+=|:=|=)"[^"]*"(, |$)/)) {
				fault("no rule")
				break
			}
			token = substr(rest, 1, RLENGTH)
			rest = substr(rest, RLENGTH + 1)
			match(token, /^[A-Z_]+/)
			key = substr(token, 1, RLENGTH)
			match(token, /"[^"]*"/)
			value = substr(token, RSTART + 1, RLENGTH - 2)
			if (key !~ /^(ACTION|SUBSYSTEM|KERNEL|ATTR|ATTRS|ENV|GROUP|MODE|GOTO|LABEL|RUN)$/)
				fault("unknown key " key)
			if (key == "ATTRS" && token !~ /[=!]="/)
				fault("ATTRS is for matching")
			if (key == "GOTO")
				wanted[value] = NR
			if (key == "LABEL" && label[value]++)
				fault("label twice")
			if (key == "LABEL")
				at[value] = NR
		}
	}
	END {
		for (name in wanted)
			if (!(name in at) || at[name] < wanted[name]) { print "no label behind GOTO " name; bad = 1 }
		for (name in at)
			if (!(name in wanted)) { print "nobody goes to " name; bad = 1 }
		exit bad || NR == 0
	}'
}

has_rule() {
	rules_of "$1" | grep -qF -- "$2"
}

# one spelling of the makers in a file, and of both files together
makers_are_one() {
	[ "$(cat "$rules"/7?-specimend*.rules | grep -o 'idVendor}=="[^"]*"' | sort -u | wc -l)" -eq 1 ]
}

# takes LIST: the interfaces of a device, as udev has them, are let through to the rule that lends scanners
takes() {
	pattern=$(rules_of "$rules/70-specimend.rules" | sed -n 's/.*ID_USB_INTERFACES}!="\([^"]*\)".*/\1/p')
	[ -n "$pattern" ] || return 1
	eval "case \$1 in $pattern) return 0 ;; esac"
	return 1
}

takes_not() {
	! takes "$1"
}

is_broken() {
	! rules_are_rules "$1" >/dev/null
}

# nothing is lent to whoever sits at the screen
is_ours_alone() {
	! cat "$rules"/*.rules | grep -v '^#' | grep -q uaccess
}

for file in 70-specimend 72-specimend-strict; do
	check "$file.rules are rules" rules_are_rules "$rules/$file.rules"
	if udevadm verify --help >/dev/null 2>&1; then
		check "$file.rules verify" udevadm verify --resolve-names=never "$rules/$file.rules"
	fi
done

broken=$(mktemp)
trap 'rm -f "$broken"' EXIT INT TERM
for line in 'SUBSYSTEM="usb" GROUP="x"' 'SUBSYSTEMS~="usb"' 'NONSENSE=="usb"' 'GOTO="nowhere"' 'ATTRS{idVendor}="1"' 'GROUP="x'; do
	printf '%s\n' "$line" >"$broken"
	check "a broken rule is found: $line" is_broken "$broken"
done

for part in 'GROUP="specimend", MODE="0660"' 'ATTR{power/control}="on"' 'ENV{ID_MM_DEVICE_IGNORE}="1"' 'ENV{LIBINPUT_IGNORE_DEVICE}="1"'; do
	check "70-specimend.rules have $part" has_rule "$rules/70-specimend.rules" "$part"
done
check 'nothing is lent to whoever sits at the screen' is_ours_alone
check 'the makers are the same everywhere' makers_are_one

check 'a point of sale scanner is taken' takes :030000:
check 'a scanner that plays a keyboard is taken' takes :030101:
check 'one that is both is taken' takes :030101:030000:
check 'a serial line is taken' takes :020201:0a0000:
check 'a printer is not' takes_not :070102:
check 'a disk is not' takes_not :080650:
check 'a network adapter is not' takes_not :020600:0a0000:

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
