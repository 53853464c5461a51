-- What the core and a verifier call: seal_next, seal_put, custody_events, custody_seals, as the login role.
create function pg_temp.hex(token text) returns text language sql as $$ select encode(sha256(convert_to(token, 'UTF8')), 'hex') $$;
select custody.node_init(101, false, '{101}') \g /dev/null
select custody.append(custody.id_next('specimen'), 'label_printed', '{"copy": 1}', null, 1, lab => g % 2) from generate_series(1, 5) g \g /dev/null
grant execute on function pg_temp.hex to specimend;
set role specimend;
select plan(18);
select is(api.service_open(gen_random_uuid(), null, jsonb_build_object('service', s, 'token_hash', pg_temp.hex(s))) ->> 'verdict', 'stored',
	'a session of ' || s) from unnest(array['core', 'mllp']) s;
reset role;
select is(api.service_open(gen_random_uuid(), null, '{"service": "none"}') ->> 'code' || ' ' || (select count(*) from clinic.session), 'bad_request 2',
	'which opens none: by this the core tries whether writes are taken');
set role specimend;
select is(array[api.seal_next(gen_random_uuid(), null, '{}') ->> 'code', api.seal_next(gen_random_uuid(), 'mllp', '{}') ->> 'code',
	api.seal_put(gen_random_uuid(), 'mllp', '{"seal_id": 1}') ->> 'code'], '{not_allowed,not_allowed,not_allowed}', 'only the core seals');
select api.seal_next('00000000-0000-4000-8000-000000000001', 'core', '{}') -> 'data' -> 'seals' as seals \gset
select is(jsonb_array_length(:'seals'), 2, 'the core gets one draft for each audience');
select matches(convert_from(decode(:'seals'::jsonb -> 0 ->> 'bytes', 'hex'), 'UTF8'), '^specimend-seal-1,3:101,3:101,1:0,1:1,', 'as bytes to sign');
select is(api.seal_next('00000000-0000-4000-8000-000000000001', 'core', '{}') -> 'data' -> 'seals', :'seals'::jsonb, 'a repeat gets the same');
select is(api.seal_put(gen_random_uuid(), 'core', jsonb_build_object('seal_id', 1, 'signature', repeat(s, 64), 'public_key', repeat(k, 32))) ->> 'code',
	want, 'seal_put: ' || why)
	from (values (1, 'ab', 'c', 'bad_request', 'a key too short'), (2, 'xy', 'cd', 'bad_request', 'no hexadecimal'), (3, 'ab', 'cd', 'ok', 'signed'),
		(4, 'ab', 'cd', 'seal_unknown', 'not twice under another request')) x (no, s, k, want, why) order by no;
select is(api.seal_put(gen_random_uuid(), 'core', jsonb_build_object('seal_id', 2, 'signature', repeat('ab', 64), 'public_key', repeat('cd', 32))) ->> 'code',
	'ok', 'the other too');
select is(jsonb_array_length(api.custody_seals(null, '{}') -> 'data' -> 'seals'), 2, 'anybody on the node may read the seals');
select is(api.custody_seals(null, '{"count": 1, "after": [101, 101, 0, 1]}') #>> '{data,seals,0,lab}', '1', 'page by page');
select is(api.custody_seals(null, '{}') #>> '{data,refused}', '0', 'and how many rows were refused');
select is((select array_agg(k order by k) from jsonb_object_keys(api.custody_events(null, '{"count": 1}') #> '{data,events,0}') k),
	'{after,body,event_id,hash,home,kind,lab,moves,n,occurred_at_us,operator_id,recorded_at_us,station_id,subject}', 'an event has every field of its hash');
select is(api.custody_events(null, '{}') #>> '{data,events,4,body}', '{"copy": 1}', 'its body is text');
select is((select count(*) from jsonb_array_elements(api.custody_events(null, jsonb_build_object('after', 101::bigint << 40 | 3)) #> '{data,events}')), 2::bigint,
	'events page by page');
select * from finish();
