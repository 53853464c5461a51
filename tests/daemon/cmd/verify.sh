#!/bin/sh
# verify.sh: init, operator, export and verify against a real cluster, and every way that a database may have been
# altered behind our back (RG-07): each must be found by verify.
set -eu
srcdir=$(cd "${srcdir:-.}" && pwd)
if [ "${1:-}" != inside ]; then
	specimend=$(pwd)/specimend
	export specimend srcdir
	exec "$srcdir/tests/pg/run" -e "$srcdir/tests/daemon/cmd/verify.sh" inside
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

# want WHAT EXIT TEXT COMMAND...: the command ends with that code and says the text
want() {
	what=$1 code=$2 text=$3
	shift 3
	got=0
	"$@" >"$work/out" 2>&1 || got=$?
	if [ "$got" = "$code" ] && grep -qF -- "$text" "$work/out"; then
		passed=$((passed + 1))
		echo "ok - $what"
	else
		failed=$((failed + 1))
		echo "not ok - $what: exit $got, wanted $code and '$text'"
		cat "$work/out"
	fi
}

sql() {
	psql -X -q -A -t -v ON_ERROR_STOP=1 -c "$1"
}

verify() {
	"$specimend" verify --config "$work/conf" "$@"
}

want "init of an empty database" 0 "node 8191: $(find "$srcdir/schema" -maxdepth 1 -name '[0-9]*_*.sql' | wc -l) migrations applied" "$specimend" init --config "$work/conf" --practice
want "init again" 0 "node 8191: 0 migrations applied" "$specimend" init --config "$work/conf" --practice
sql "insert into clinic.session (token_hash, kind, station_id, expires_at) select sha256('page'), 'page', station_id, 'infinity' from clinic.station where name = 'Room 1'"
want "a page that nobody let in is told of" 0 "pages bound before there were codes: 1;" "$specimend" init --config "$work/conf" --practice
sql "update clinic.session set closed_at = now() where token_hash = sha256('page')"
is_silent() { "$specimend" init --config "$work/conf" --practice | grep -c "pages bound"; }
want "and of none when there is none" 1 "0" is_silent
shipped=$(find "$srcdir/printers/templates" -maxdepth 1 -name "*.json" | wc -l)
want "its templates are there" 0 "$shipped|$shipped|1" psql -X -A -t -c "select count(*), count(published_at), max(version) from clinic.template where source = 'shipped'"
mkdir "$work/templates"
cp "$srcdir"/printers/templates/*.json "$work/templates"
echo >>"$work/templates/auto12.json"
sed -i "s|^templates_dir.*|templates_dir = $work/templates|" "$work/conf"
want "a newer release's template goes live" 0 "templates: $shipped shipped, 1 of them new" "$specimend" init --config "$work/conf" --practice
want "as the next version" 0 "2" psql -X -A -t -c "select clinic.template_live('auto12')"
want "who proposes" 0 "badge G" "$specimend" operator --config "$work/conf" --name "Lea Propp" --initials LP --roles lab_lead
want "who confirms" 0 "badge G" "$specimend" operator --config "$work/conf" --name "Quin Conf" --initials QC --roles quality
sql "insert into clinic.template (name, version, body, sha256, golden)
	select name, 3, body || ' ', s, jsonb_build_object('passed', true, 'sha256', s)
	from clinic.template, encode(sha256(convert_to(body || ' ', 'UTF8')), 'hex') s where name = 'auto12' and version = 2"
sql "update clinic.template t set proposed_at = now(), proposed_by = o.operator_id
	from clinic.operator o where t.name = 'auto12' and t.version = 3 and o.initials = 'LP'"
sql "update clinic.template t set published_at = now(), published_by = o.operator_id
	from clinic.operator o where t.name = 'auto12' and t.version = 3 and o.initials = 'QC'"
echo >>"$work/templates/auto12.json"
want "a site's own version stays live, and that is said" 0 "template 'auto12': the release's is version 4; version 3 of this site stays live" \
	"$specimend" init --config "$work/conf" --practice
want "once" 0 "templates: $shipped shipped, 0 of them new" "$specimend" init --config "$work/conf" --practice
echo '{}' >"$work/templates/bad.json"
want "a file that is no template" 65 "its file does not hold a template of that name" "$specimend" init --config "$work/conf" --practice
rm "$work/templates/bad.json"
want "a practice database stays one" 65 "cannot become node 101" "$specimend" init --config "$work/conf" --node 101 --blocks 101
want "blocks that are no blocks" 65 "id blocks '101-'" "$specimend" init --config "$work/conf" --node 101 --blocks 101-
want "init without a node" 64 "init needs" "$specimend" init --config "$work/conf"
want "an operator" 0 "badge G" "$specimend" operator --config "$work/conf" --name "Ana Ruiz" --initials AR --roles ma
want "the PIN is hashed with Argon2id, 2 passes, 32 MiB" 0 'm=32768,t=2' psql -X -A -t -c "select pin_hash from clinic.operator"
want "an unknown role" 65 "operator_role_role_check" "$specimend" operator --config "$work/conf" --name X --initials X --roles king
want "a database that is not there" 75 "database" "$specimend" verify --database "host=$work dbname=x"
want "an empty ledger" 0 "intact: 0 events" verify

a=$(sql "select custody.id_make('specimen', 900, 1)")
b=$(sql "select custody.id_make('specimen', 900, 2)")
sql "select custody.append('$a', 'prepared', '{\"a\": 1}', null, null);
	select custody.append('$a', 'label_printed', '{\"copy\": 1}', null, null);
	select custody.append('$b', 'prepared', null, null, null)" >/dev/null
want "events without a seal" 0 "pending: 3 events of 2 subjects, 0 seals; 3 events wait for a seal" verify
"$specimend" export --config "$work/conf" >"$work/export"
want "an export has a line for each event" 0 3 grep -c '^{"event":' "$work/export"
want "an export verifies without the database" 0 "pending: 3 events" "$specimend" verify --file "$work/export"
sed 's/\\"a\\": 1/\\"a\\": 2/' "$work/export" >"$work/altered"
want "an altered copy is caught" 65 "its hash does not fit what it says" "$specimend" verify --file "$work/altered"
grep -v "\"n\":1,.*$a" "$work/export" >"$work/cut"
want "in an export a missing event is pending" 0 "pending: 2 events" "$specimend" verify --file "$work/cut"
echo '{"what": 1}' >>"$work/cut"
want "a foreign line is named" 65 "line 3: neither an event nor a seal" "$specimend" verify --file "$work/cut"

# What somebody with the owner's power could do behind our back. Each works on a copy.
alter() {
	what=$1 text=$2 statement=$3
	createdb -T "$PGDATABASE" altered
	PGDATABASE=altered sql "set session_replication_role = replica; do \$\$ declare t record; begin
		for t in select c.oid::regclass as leaf from pg_class c join pg_namespace n on n.oid = c.relnamespace
			where n.nspname = 'custody' and c.relname like 'event%' and c.relkind in ('r', 'p') loop
			execute format('alter table %s disable trigger all', t.leaf); end loop; end \$\$; $statement"
	want "$what" 65 "$text" "$specimend" verify --database "host=$PGHOST dbname=altered user=$PGUSER"
	dropdb altered
}
alter "a changed body" "its hash does not fit" "update custody.event set body = '{\"a\": 9}' where n = 1 and subject = '$a'"
alter "a changed kind with a new hash" "its link does not fit" \
	"update custody.event e set kind = 'collected' where n = 1 and subject = '$a';
	update custody.event e set hash = custody.event_hash(e) where n = 1 and subject = '$a'"
alter "a deleted event" "the event before it is missing" "delete from custody.event where n = 1 and subject = '$a'"
alter "a time moved by a microsecond" "its hash does not fit" \
	"update custody.event set occurred_at = occurred_at + interval '1 microsecond' where subject = '$b'"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
