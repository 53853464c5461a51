#!/bin/sh
# Dependencies point one way (contrib/CONTRACTS.md 1). Without arguments: the includes of every source file
# against the table below. With --programs DIR: what the four programs in DIR link, against the same document.
set -eu
cd "$(dirname "$0")/.."
bad=0

fail() {
	printf '%s\n' "$*"
	bad=$((bad + 1))
}

# folder : what its files may include of ours : system libraries' headers that only it may include
rules='
daemon/base : daemon/base :
daemon/loop : daemon/base daemon/loop :
daemon/link : daemon/base daemon/loop daemon/link : jansson.h
daemon/custody : daemon/base daemon/custody : sodium.h
daemon/hl7 : daemon/base daemon/hl7 : jansson.h
daemon/cmd : daemon/base daemon/loop daemon/custody daemon/cmd : jansson.h sodium.h libpq-fe.h
daemon/core : daemon/base daemon/loop daemon/link daemon/custody daemon/hl7 daemon/core scanners/gs1.h scanners/hibc.h scanners/code_date.h : jansson.h sodium.h libpq-fe.h microhttpd.h
daemon/bench : daemon/base daemon/loop daemon/link daemon/bench printers/bitmap printers/png printers/lang printers/fake scanners : jansson.h zlib.h libusb.h
daemon/bench/usb : daemon/base daemon/loop daemon/bench/transport.h daemon/bench/usb/ scanners : libusb.h
daemon/press : daemon/base daemon/loop daemon/link daemon/press printers : jansson.h sodium.h
printers/page : daemon/base printers/bitmap printers/png printers/page : jansson.h zint.h pango/ cairo.h cairo-pdf.h zbar.h dmtx.h glib fontconfig/
printers/lang : daemon/base printers/bitmap printers/lang : zlib.h
printers/fake : daemon/base printers/bitmap printers/lang printers/fake :
scanners : daemon/base scanners :
'
libraries='jansson.h sodium.h libpq-fe.h microhttpd.h zlib.h png.h libusb.h zint.h pango/ cairo.h zbar.h dmtx.h CUnit/'

# allowed LIST HEADER: one of the list is a prefix of the header
allowed() {
	for prefix in $1; do
		case $2 in "$prefix"*) return 0 ;; esac
	done
	return 1
}

check_folder() {
	folder=$1 ours=$2 theirs=$3
	for file in "$folder"/*.[ch] "$folder"/*/*.[ch]; do
		[ -e "$file" ] || continue
		[ "$file" = daemon/base/auto_json.h ] && continue # for those who link jansson; libbase.a does not
		while read -r include header; do
			if [ "$include" = ours ]; then
				allowed "$ours" "$header" || fail "$file includes $header: $folder may not"
			elif allowed "$libraries" "$header"; then
				allowed "$theirs" "$header" || fail "$file includes <$header>: $folder may not"
			fi
		done <<-INCLUDES
			$(sed -nE 's/^#include "([^"]+)".*/ours \1/p; s/^#include <([^>]+)>.*/theirs \1/p' "$file")
		INCLUDES
	done
}

check_includes() {
	printf '%s' "$rules" | while IFS=: read -r folder ours theirs; do
		[ -n "$folder" ] || continue
		check_folder "$(echo "$folder" | tr -d ' ')" "$ours" "$theirs"
		[ "$bad" = 0 ] || exit 1
	done
}

# program : libraries it may not need
check_programs() {
	while read -r program forbidden; do
		needs=$(ldd "$1/$program") || { fail "$1/$program is missing"; continue; }
		for library in $forbidden; do
			case $needs in *"lib$library."* | *"lib$library-"*) fail "$program needs lib$library" ;; esac
		done
	done <<-TABLE
		specimend microhttpd usb pango cairo zint zbar dmtx
		specimend-core usb pango cairo zint zbar dmtx
		specimend-bench pq microhttpd sodium pango cairo zint zbar dmtx
		specimend-press pq microhttpd usb
	TABLE
}

case ${1:-} in
'') check_includes || bad=1 ;;
--programs) check_programs "$2" ;;
*) echo "usage: check-layers.sh [--programs DIR]" >&2; exit 64 ;;
esac
[ "$bad" = 0 ]
