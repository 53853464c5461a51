#!/bin/sh
# device.sh: `specimend device` against a real cluster: list, found, assign, release, what each refuses, and the hint that a
# running core waits for.
set -eu
srcdir=$(cd "${srcdir:-.}" && pwd)
if [ "${1:-}" != inside ]; then
	specimend=$(pwd)/specimend
	export specimend srcdir
	exec "$srcdir/tests/pg/run" -e "$srcdir/tests/daemon/cmd/device.sh" inside
fi

passed=0
failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/conf" <<CONF
database = host=$PGHOST dbname=$PGDATABASE user=$PGUSER
schema_dir = $srcdir/schema
templates_dir = $srcdir/printers/templates
CONF

ok() {
	passed=$((passed + 1))
	echo "ok - $1"
}

# want WHAT EXIT TEXT ARGUMENT...: `specimend device ARGUMENT...` ends with that code and says the text
want() {
	what=$1 code=$2 text=$3
	shift 3
	got=0
	"$specimend" device --config "$work/conf" "$@" >"$work/out" 2>&1 || got=$?
	if [ "$got" = "$code" ] && grep -qF -- "$text" "$work/out"; then
		ok "$what"
	else
		failed=$((failed + 1))
		echo "not ok - $what: exit $got, wanted $code and '$text'"
		cat "$work/out"
	fi
}

sql() {
	psql -X -q -A -t -v ON_ERROR_STOP=1 -c "$1"
}

"$specimend" init --config "$work/conf" --practice >/dev/null
room1=$(sql "select code from clinic.station where name = 'Room 1'")
room2=$(sql "select code from clinic.station where name = 'Room 2'")

want "a station with its virtual devices" 0 "  printer  Room 1 printer, virtual:printer:Room 1, zpl, 203 dpi, 50.8 x 25.4 mm" list
want "each station with its code" 0 "Room 2 ($room2)" list
want "nobody has looked" 0 "Nobody has looked for USB devices" found
sql "select clinic.devices_seen('[]')" >/dev/null
want "nothing is plugged in" 0 "No USB printer or scanner waits for a station" list
sql "select clinic.devices_seen('[{\"identity\": \"usb:0c2e:0967@1-2\", \"kind\": \"scanner\", \"maker\": \"Honeywell\", \"model\": \"N5600\", \"path\": \"1-2\",
		\"problem\": \"no permission to open it\"},
	{\"identity\": \"usb:0a5f:0166:it''s\", \"kind\": \"printer\", \"maker\": \"Zebra\", \"model\": \"ZTC ZD421-203dpi ZPL\", \"path\": \"1-3\", \"language\": \"zpl\"}]')" >/dev/null
want "what is plugged in" 0 "  perhaps a scanner  Honeywell N5600, plugged in at 1-2: no permission to open it" list

# The printed command is run as it stands.
"$specimend" device found --config "$work/conf" >"$work/found"
command=$(sed -n '/0967/s/^ *specimend device //p' "$work/found")
mkfifo "$work/fifo"
psql -X -q -A -t <"$work/fifo" >"$work/heard" 2>&1 &
listener=$!
exec 9>"$work/fifo"
echo "listen changed; select 'listening';" >&9
tries=0
until grep -q listening "$work/heard" || [ $tries = 100 ]; do
	sleep 0.05
	tries=$((tries + 1))
done
# shellcheck disable=SC2086 # a command with its words
want "a scanner by the printed command" 0 "assigned to Room 1 ($room1)" $command
echo "select 'after';" >&9
exec 9>&-
wait $listener
if grep -q 'Asynchronous notification "changed"' "$work/heard"; then
	ok "a running core is given the hint"
else
	failed=$((failed + 1))
	echo "not ok - a running core is given the hint"
	cat "$work/heard"
fi
want "with its trouble" 0 "scanner  Room 1 scanner, usb:0c2e:0967@1-2, hid_pos: no permission to open it" list
# shellcheck disable=SC2016 # the inner shell expands it
sed -n '/0a5f/s/^ *specimend/"$specimend"/p' "$work/found" >"$work/printed"
if sh "$work/printed" >"$work/out" 2>&1 && grep -qF "printer  Room 1 printer, usb:0a5f:0166:it's, zpl, 203 dpi, 50.8 x 25.4 mm" "$work/out"; then
	ok "a printer by the printed command, in a shell"
else
	failed=$((failed + 1))
	echo "not ok - a printer by the printed command, in a shell"
	cat "$work/printed" "$work/out"
fi
want "nothing waits any more" 0 "No USB printer or scanner waits" found
want "changed where it is" 0 "Corridor, usb:0a5f:0166:it's, zpl, 300 dpi, 50 x 25.5 mm, for the room group" \
	assign "usb:0a5f:0166:it's" --station "$room1" --name Corridor --dpi 300 --label 50x25.5 --shared --language zpl
want "not from under another station" 65 "is at Room 1" assign "usb:0a5f:0166:it's" --station "$room2"
want "released" 0 "released from Room 1" release "usb:0a5f:0166:it's"
want "assigned elsewhere" 0 "assigned to Room 2 ($room2)" assign "usb:0a5f:0166:it's" --station "$room2"
want "released once only" 66 "no device 'usb:x' is at any station" release usb:x
want "an unknown station" 66 "there is no station 'T1'" assign usb:0c2e:0967@1-9 --station T1
want "a malformed identity" 65 "does not name a USB device" assign "usb:0C2E:0967@1-9" --station "$room1"
want "an identity that is no text" 64 "not UTF-8" assign "$(printf 'usb:\377')" --station "$room1"
want "what is not plugged in" 66 "nobody knows what it is" assign usb:0c2e:0967@1-9 --station "$room1"
want "unless one says what it is" 0 "scanner  Gun 2, usb:0c2e:0967@1-9, hid_pos: not plugged in" assign usb:0c2e:0967@1-9 --station "$room1" --kind scanner --name "Gun 2"
want "an unknown language" 65 "printer language 'epl'" assign "usb:0a5f:0166:it's" --station "$room2" --language epl
want "with the list of those that are" 65 "zpl, zpl-ascii, epl2, tspl, tspl2, brother, brother-wide, dymo" assign "usb:0a5f:0166:it's" --station "$room2" --language epl
want "another language" 0 "Corridor, usb:0a5f:0166:it's, epl2, 300 dpi" assign "usb:0a5f:0166:it's" --station "$room2" --language epl2
want "nothing is guessed" 65 "say --language, as its manual does" assign usb:0c2e:0967@1-8 --station "$room1" --kind printer --dpi 203
want "a station is needed" 64 "needs --station" assign usb:0c2e:0967@1-9
want "an identity is needed" 64 "needs the device's IDENTITY" assign --station "$room1"
want "a list takes no identity" 64 "takes nothing more" list usb:0c2e:0967@1-9
want "nor an option of assign" 64 "takes no --dpi" list --dpi 203
want "a size that is none" 64 "is no size" assign "usb:0a5f:0166:it's" --station "$room2" --label 50.8
want "dots that are no number" 65 "--dpi" assign "usb:0a5f:0166:it's" --station "$room2" --dpi many
want "no action" 64 "device needs one of"
want "an unknown action" 64 "device needs one of" mend
want "three words" 64 "unknown argument 'b'" list a b

echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" = 33 ]
