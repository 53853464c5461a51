# shellcheck shell=sh
# nodes.sh: two private clusters, clinic 101 and lab 1, for one test. Sourced first of all as `. nodes.sh`, with $0 the
# test and its own first argument: runs it again inside both; then CLINIC and LAB are their hosts. The laboratory's is no
# copy: two nodes share nothing, not even a system identifier.

tests=$(cd "$(dirname "$0")/.." && pwd)
case "${1:-}" in
'')	exec "$tests/pg/run" "$0" clinic ;;
clinic)
	CLINIC=$PGHOST
	export CLINIC
	exec "$tests/pg/run" -n "$0" lab ;;
esac
LAB=$PGHOST
passed=0
failed=0
notices=/dev/null # what psql says while they join

is() { # name, have, want
	if [ "$2" = "$3" ]; then
		passed=$((passed + 1))
		echo "ok $((passed + failed)) - $1"
	else
		failed=$((failed + 1))
		printf 'not ok %d - %s\n#  have: %s\n#  want: %s\n' "$((passed + failed))" "$1" "$2" "$3"
	fi
}

at() { # cluster, psql arguments
	host=$1
	shift
	PGHOST=$host psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}
clinic() { at "$CLINIC" -c "$1"; }
lab() { at "$LAB" -c "$1"; }

# joining, as schema/README.md says: first who is who, then subscribe on both
nodes_join() {
	clinic "select custody.node_init(101, false, '{101}'); select custody.block_add(1, '{1}');
		select custody.peer_add(1, 'lab'); select custody.publish_to(1, 'lab')" >/dev/null
	lab "select custody.node_init(1, false, '{1}'); select custody.block_add(101, '{101}');
		select custody.peer_add(101, 'clinic'); select custody.publish_to(101, 'clinic')" >/dev/null
}
subscribe() { # subscriber, own node, publisher, peer
	options=
	[ "$(at "$1" -c "select current_setting('server_version_num')::int >= 160000")" = f ] || options=", run_as_owner = true"
	at "$1" -c "alter role specimend_apply_$4 superuser" \
		-c "create subscription n$4_to_$2 connection 'host=$3 port=5432 dbname=specimend user=specimend_peer_$2'
			publication n$4_to_$2 with (enabled = false $options)" \
		-c "alter subscription n$4_to_$2 owner to specimend_apply_$4" \
		-c "alter role specimend_apply_$4 nosuperuser" \
		-c "alter subscription n$4_to_$2 enable" 2>>"$notices"
}
