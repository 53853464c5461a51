-- Hashes of events, Merkle roots and seals: the vectors that daemon/custody gives too.
\set events `cat :'data'/custody/events.json`
\set merkle `cat :'data'/custody/merkle.json`
\set seals `cat :'data'/custody/seals.json`
create function pg_temp.at(us bigint) returns timestamptz language sql
	as $$ select timestamptz 'epoch' + us / 1000000 * interval '1 second' + us % 1000000 * interval '1 microsecond' $$;
create temporary table v as
	select v.o, v.r ->> 'why' as why, v.r ->> 'hash' as want, jsonb_populate_record(null::custody.event,
		v.r - 'hash' || jsonb_build_object('occurred_at', pg_temp.at((v.r ->> 'occurred_at_us')::bigint),
			'recorded_at', pg_temp.at((v.r ->> 'recorded_at_us')::bigint))) as e
	from jsonb_array_elements(:'events') with ordinality v (r, o);

select plan((select count(*)::int from v) + jsonb_array_length(:'merkle') + 2 * jsonb_array_length(:'seals') + 5);
select is(encode(custody.event_hash(e), 'hex'), want, 'the hash of an event: ' || why) from v order by o;
select is(encode(custody.merkle_root(array(select decode(l, 'hex') from jsonb_array_elements_text(m -> 'leaves') with ordinality x (l, o) order by o)), 'hex'),
	m ->> 'root', 'the Merkle root of ' || (m ->> 'why')) from jsonb_array_elements(:'merkle') m;
create temporary table s as select r, custody.seal_bytes(jsonb_populate_record(null::custody.seal, r
		|| jsonb_build_object('root', '\x' || (r ->> 'root'), 'prev_hash', '\x' || (r ->> 'prev_hash')))) as bytes
	from jsonb_array_elements(:'seals') r;
select is(convert_from(bytes, 'UTF8'), r ->> 'bytes', 'the bytes of a seal: ' || (r ->> 'why')) from s;
select is(encode(sha256(bytes), 'hex'), r ->> 'hash', 'the hash of a seal: ' || (r ->> 'why')) from s;

select is((select count(*) from v), 21::bigint, 'all event vectors were read');
set timezone = 'Asia/Kathmandu';
set extra_float_digits = 0;
set datestyle = 'German';
select is((select count(*) from v where encode(custody.event_hash(e), 'hex') <> want), 0::bigint,
	'the session''s time zone and date style do not change a hash');
select is((select count(distinct custody.event_hash(e)) from v), (select count(*) from v), 'no two vectors have the same hash');
select is((select count(*) from v where custody.event_malformed(jsonb_populate_record(e, jsonb_build_object('hash', '\x' || want))) is not null),
	0::bigint, 'every vector is well-formed');
select isnt(custody.event_hash(jsonb_populate_record(e, '{"body": null}')), custody.event_hash(jsonb_populate_record(e, '{"body": "~,"}')),
	'null and the text of its mark differ') from v limit 1;
select * from finish();
