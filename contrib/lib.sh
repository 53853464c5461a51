# shellcheck shell=sh
# Common to contrib/run, contrib/day and contrib/check: words, becoming root, packages, PostgreSQL's programs.

say() {
	printf '%s\n' "$*"
}

step() {
	printf '\n== %s\n' "$*"
}

die() {
	printf '%s: %s\n' "$(basename "$0")" "$*" >&2
	exit 1
}

# as_root COMMAND...: directly, through sudo, or not at all.
can_be_root() {
	[ "$(id -u)" = 0 ] || { command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; }
}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

# as_user NAME COMMAND...: as that user when we can, else as ourselves; in /, because the user may not
# be allowed into the folder we stand in.
as_user() (
	user=$1
	shift
	cd /
	if [ "$(id -un)" = "$user" ] || ! can_be_root; then
		"$@"
	else
		as_root setpriv --reuid "$user" --regid "$(id -g "$user")" --init-groups -- "$@"
	fi
)

# What the service needs to be built and to run. fonts-*: what labels are written in.
# shellcheck disable=SC2034 # read by those who include this
run_packages="gcc make autoconf automake autoconf-archive pkg-config libc6-dev \
	libjansson-dev libsodium-dev libpq-dev libmicrohttpd-dev zlib1g-dev libpng-dev \
	libpango1.0-dev libcairo2-dev libzint-dev libzbar-dev libdmtx-dev libusb-1.0-0-dev fonts-dejavu-core fonts-wqy-microhei \
	postgresql postgresql-client util-linux ca-certificates"

# What contrib/day needs besides: people without a browser, eyes that read a label, a USB bus.
# shellcheck disable=SC2034
day_packages="curl jq dmtx-utils libcunit1-dev umockdev libumockdev-dev libudev-dev"

# What the tests need besides.
# shellcheck disable=SC2034
check_packages="libcunit1-dev clang clang-format shellcheck codespell cppcheck zbar-tools dmtx-utils poppler-utils \
	chromium xz-utils curl jq umockdev libumockdev-dev libudev-dev"

# make_configure: in the top folder, when there is none or an old one.
make_configure() {
	if [ ! -x configure ] || [ -n "$(find configure.ac -newer configure)" ]; then
		autoreconf -fi >/dev/null 2>&1 || die "autoreconf failed"
	fi
}

missing_packages() {
	for package in "$@"; do
		dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q ' installed$' || printf '%s ' "$package"
	done
}

apt_install() {
	missing=$(missing_packages "$@")
	[ -n "$missing" ] || return 0
	can_be_root || die "these packages are missing, and neither root nor sudo is here: $missing"
	say "installing: $missing"
	as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
	# A machine without PostgreSQL gets no cluster of its own from the package.
	case " $missing" in
	*" postgresql "*)
		as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql-common >/dev/null
		if [ ! -d /var/lib/postgresql ] || [ -z "$(ls -A /var/lib/postgresql 2>/dev/null)" ]; then
			as_root sed -i 's/^#* *create_main_cluster.*/create_main_cluster = false/' \
				/etc/postgresql-common/createcluster.conf
		fi
		;;
	esac
	# shellcheck disable=SC2086 # a list of names
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null ||
		die "apt-get could not install: $missing"
}

# The newest server's programs, 15 or later.
pg_bindir() {
	newest=
	for dir in /usr/lib/postgresql/*/bin; do
		[ -x "$dir/initdb" ] || continue
		major=$(basename "$(dirname "$dir")")
		if [ "${major%%.*}" -ge 15 ]; then newest=$dir; fi
	done
	[ -n "$newest" ] || die "no PostgreSQL server of 15 or later is installed"
	printf '%s\n' "$newest"
}
