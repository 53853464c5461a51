-- Orders that change after they came (HL-07): before the print, after it, after the draw; and what comes again.
\ir setup.sql
select plan(115);

-- an order of a message, and a message of such orders about one patient
create function pg_temp.item(control text, placer text, codes text[], filler text default null, more jsonb default '{}') returns jsonb
language sql immutable as $$
	select jsonb_build_object('control', control, 'control_raw', control, 'placer_number', placer, 'filler_number', filler,
		'priority', null, 'provider', '{"family": "DALE", "given": "ROBIN"}'::jsonb, 'source_text', null, 'gaps', '[]'::jsonb,
		'tests', (select coalesce(jsonb_agg(jsonb_build_object('code', c, 'name', c, 'system', 'L')), '[]') from unnest(codes) c)) || more $$;
create sequence pg_temp.control_id;
create function pg_temp.send(patient text, variadic items jsonb[]) returns jsonb language plpgsql as $$
declare
	id text := nextval('pg_temp.control_id');
	bytes bytea := convert_to(id, 'UTF8');
	r jsonb;
begin
	r := api.order_message(gen_random_uuid(), 'mllp', jsonb_build_object('raw', encode(bytes, 'base64'), 'sha256', encode(sha256(bytes), 'hex'),
		'peer', '127.0.0.1', 'parsed', jsonb_build_object('sender', '{"application": "EPIC", "facility": "HILL"}'::jsonb, 'control_id', id,
			'type', 'OML^O21', 'processing_id', 'T', 'orders', to_jsonb(items), 'patient', jsonb_build_object('numbers',
				jsonb_build_array(jsonb_build_object('id', patient, 'authority', 'EPI', 'type', 'MR')), 'family', patient, 'given', 'ADA', 'middle', '',
				'birth_date', '1970-01-02', 'birth_text', '19700102', 'sex', 'F'))));
	if r #>> '{data,ack_code}' is distinct from 'AA' then
		raise 'set-up: %', r;
	end if;
	return r -> 'data';
end $$;
create function pg_temp.flags(r jsonb) returns text language sql immutable as $$
	select array_to_string(array(select jsonb_array_elements_text(r -> 'flags')), ' ') $$;
create function pg_temp.who(name text) returns bigint language sql stable as $$
	select patient_id from clinic.patient_number where number = name $$;
create function pg_temp.tests(placer text) returns text language sql stable as $$
	select string_agg(t.code || ' ' || t.state, ', ' order by t.lab_order_test_id) from clinic.lab_order_test t
	join clinic.lab_order o using (lab_order_id) where o.placer_number = placer $$;
create function pg_temp.state_of(specimen text) returns text language sql stable as $$ select (custody.state(specimen)).kind $$;
create function pg_temp.close() returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('visit_close', 'ana', '{"check": "patient_read"}')) $$;
-- drawn, shown to the patient and closed
create function pg_temp.drawn(patient bigint) returns void language plpgsql as $$
declare
	tube text;
begin
	perform pg_temp.printed(patient);
	for tube in select specimen_id from clinic.specimen s join clinic.visit v using (visit_id) where s.patient_id = patient and v.state = 'labels' loop
		perform pg_temp.scan(tube);
	end loop;
	if pg_temp.close() <> 'complete visit_closed' then
		raise 'set-up: not closed';
	end if;
end $$;
create function pg_temp.due(list text) returns jsonb language sql stable as $$
	select api.collections_due('ana', '{}') -> 'data' -> list $$;
create function pg_temp.answer(code text, choice text) returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('visit_answer', 'ana', jsonb_build_object('code', code, 'choice', choice))) $$;

-- ---- before anything: the test leaves the list
select pg_temp.send('ADAMS', pg_temp.item('NW', 'A1', '{CBC,A1C}', 'F1'), pg_temp.item('NW', 'A2', '{CMP}', 'F2'), pg_temp.item('NW', 'A3', '{PT}')) \g /dev/null
select is(pg_temp.flags(pg_temp.send('ADAMS', pg_temp.item('CA', 'A1', '{A1C}'))), '', 'one test of an order');
select is(pg_temp.tests('A1'), 'CBC due, A1C cancelled', 'leaves it, the other stays');
select is(pg_temp.flags(pg_temp.send('ADAMS', pg_temp.item('OC', null, '{CMP}', 'F2'))), '', 'by the filler''s number alone');
select is(pg_temp.tests('A2'), 'CMP cancelled', 'and is gone');
select is(pg_temp.flags(pg_temp.send('ADAMS', pg_temp.item('DC', 'A3', '{}'))), '', 'without a test: all of them');
select is(pg_temp.tests('A3'), 'PT cancelled', 'all are gone');
select is(pg_temp.flags(pg_temp.send('ADAMS', pg_temp.item('CA', 'A3', '{}'))), '', 'again is nothing');
select is(pg_temp.flags(pg_temp.send('ADAMS', pg_temp.item('CA', 'A1', '{TSH}'))), 'cancel_unknown', 'a test that the order does not hold is for a person');
select is(pg_temp.tests('A1'), 'CBC due, A1C cancelled', 'and changes nothing');
select is(pg_temp.flags(pg_temp.send('BAKER', pg_temp.item('CA', 'A1', '{CBC}'))), 'placer_number_of_another_patient', 'another patient''s number too');
select is(pg_temp.tests('A1'), 'CBC due, A1C cancelled', 'and changes nothing either');
select ok(exists (select 1 from jsonb_array_elements(pg_temp.due('amber')) x where x ->> 'title' = 'This order number is another patient''s: A1'), 'it is told in plain words');
select is(pg_temp.flags(pg_temp.send('ADAMS', pg_temp.item('NW', 'A3', '{PT}'))), 'placer_number_reused', 'the same number again');
select is(pg_temp.tests('A3'), 'PT cancelled, PT due', 'is due again');
select is((pg_temp.send('ADAMS', pg_temp.item('ZZ', 'A3', '{PT}'))) #>> '{flags,0}', 'control_unknown', 'a control code nobody knows does nothing');
select is(pg_temp.tests('A3'), 'PT cancelled, PT due', 'as before');
select throws_ok($$ select pg_temp.send('ADAMS', pg_temp.item('CA', null, '{PT}')) $$, 'P0001', null, 'an order without any number is not whole');

-- ---- in the visit, before the label is out
select pg_temp.send('CLARK', pg_temp.item('NW', 'C1', '{CBC}'), pg_temp.item('NW', 'C2', '{A1C}'), pg_temp.item('NW', 'C3', '{PT}')) \g /dev/null
select pg_temp.who('CLARK') as clark \gset
select pg_temp.ok_(pg_temp.call('visit_open', 'ana', jsonb_build_object('slip', pg_temp.slip(:clark)))) \g /dev/null
select pg_temp.ok_(pg_temp.identify(:clark)) \g /dev/null
select pg_temp.tube(:clark, 1) as cit, pg_temp.tube(:clark, 2) as edta \gset
select is((select content ->> 'tests' from clinic.print_job where specimen_id = :'edta'), 'A1C CBC', 'two tests are to be printed');
select is(pg_temp.flags(pg_temp.send('CLARK', pg_temp.item('CA', 'C2', '{A1C}'))), '', 'one is cancelled before the print');
select is((select content ->> 'tests' from clinic.print_job where specimen_id = :'edta'), 'CBC', 'the label that waits says what is left');
select is(pg_temp.view() #>> '{tubes,1,tests}', '[{"code": "CBC", "name": "Complete blood count"}]', 'and so does the tile');
select is(pg_temp.view() -> 'ask', 'null', 'nobody is asked');
select is(pg_temp.flags(pg_temp.send('CLARK', pg_temp.item('CA', 'C3', '{PT}'))), '', 'the only test of a tube before the print');
select is(pg_temp.state_of(:'cit'), 'not_collected', 'the tube leaves the plan');
select is(pg_temp.label_state(:'cit', 1), 'voided', 'its label does not print');
select is(pg_temp.view() #>> '{tubes,0,reason}', 'Order cancelled', 'the tile says why');
select pg_temp.print() \g /dev/null
select is((select array_agg(specimen_id) from clinic.print_job where kind = 'label' and state = 'printed' and specimen_id in (:'cit', :'edta')), array[:'edta'], 'the other''s does');
select is(pg_temp.tests('C3'), 'PT cancelled', 'the test stays cancelled');

-- ---- after the print, before the draw: a person decides, the label is accounted for
select pg_temp.later('6 seconds') \g /dev/null
select is(pg_temp.flags(pg_temp.send('CLARK', pg_temp.item('CA', 'C1', '{CBC}'))), 'cancel_in_visit', 'cancelled with the label in hand');
select is(pg_temp.state_of(:'edta'), 'label_printed', 'nothing is done by itself');
select is(pg_temp.view() #>> '{ask,code}', 'order_cancelled', 'the page asks');
select is(pg_temp.view() #>> '{ask,title}', 'The order of tube 2 was cancelled', 'in plain words');
select is(pg_temp.answer('order_cancelled', 'no'), 'stored not_collected', 'it is not drawn');
select is(pg_temp.label_state(:'edta', 1), 'old open', 'its label is to be torn up');
select is(pg_temp.close(), 'question labels_open', 'before that the visit does not close');
select is(pg_temp.answer('old_label', 'torn_up'), 'complete labels_done', 'torn up');
select is(pg_temp.close(), 'complete visit_closed', 'then it closes');
select is((select string_agg(distinct state, ' ') from clinic.lab_order_test t join clinic.lab_order o using (lab_order_id) where o.patient_id = :clark), 'cancelled', 'all tests are cancelled, none is due');

-- ---- drawn before the labels print (print_when): it may be in a hand already
begin;
select pg_temp.policy('print_when', '"after_draw"') \g /dev/null
select pg_temp.send('COOK', pg_temp.item('NW', 'K1', '{CBC}')) \g /dev/null
select pg_temp.ok_(pg_temp.call('visit_open', 'ana', jsonb_build_object('slip', pg_temp.slip(pg_temp.who('COOK'))))) \g /dev/null
select pg_temp.ok_(pg_temp.identify(pg_temp.who('COOK'))) \g /dev/null
select is(pg_temp.flags(pg_temp.send('COOK', pg_temp.item('CA', 'K1', '{CBC}'))), 'cancel_in_visit', 'with print_when after_draw a person decides');
select is(pg_temp.state_of(pg_temp.tube(pg_temp.who('COOK'), 1)), 'prepared', 'the tube is not dropped');
rollback;

-- ---- after the draw: never void
select pg_temp.send('DAVIS', pg_temp.item('NW', 'D1', '{CBC}'), pg_temp.item('NW', 'D2', '{A1C}'), pg_temp.item('NW', 'D3', '{CMP}')) \g /dev/null
select pg_temp.who('DAVIS') as davis \gset
select pg_temp.drawn(:davis) \g /dev/null
select pg_temp.tube(:davis, 1) as sst, pg_temp.tube(:davis, 2) as edta \gset
select is(pg_temp.flags(pg_temp.send('DAVIS', pg_temp.item('CA', 'D1', '{CBC}'))), 'cancel_after_draw', 'after the draw it is told');
select is(pg_temp.kinds(:'edta'), 'prepared label_printed labelled collected', 'a tube of which a test is left goes on untouched');
select is(pg_temp.tests('D1') || ', ' || pg_temp.tests('D2'), 'CBC cancelled, A1C collected', 'only the test is cancelled');
select is(pg_temp.flags(pg_temp.send('DAVIS', pg_temp.item('CA', 'D3', '{CMP}'))), 'cancel_after_draw', 'the last test of a tube');
select is(pg_temp.kinds(:'sst'), 'prepared label_printed labelled collected order_cancelled', 'the tube is held, not void');
select is((select array_agg(k order by k) from custody.event e, jsonb_object_keys(e.body::jsonb) k where subject = :'sst' and kind = 'order_cancelled'),
	'{hold_until,message,tests,was}', 'with ids only');
select is((select (body::jsonb ->> 'hold_until')::timestamptz::date from custody.event where subject = :'sst' and kind = 'order_cancelled'), current_date + 7, 'for seven days');
select is((select jsonb_array_length(body::jsonb -> 'tests') || ' ' || (body::jsonb ->> 'was') from custody.event where subject = :'sst' and kind = 'order_cancelled'), '1 collected', 'and what it was');
select is(pg_temp.label_state(:'sst', 1), 'on_tube', 'its label stays good');
select is(pg_temp.says(pg_temp.scan(:'sst')), 'repeat collected_already', 'a scan of it stops nobody');
select ok(exists (select 1 from jsonb_array_elements(pg_temp.due('amber')) x where x ->> 'kind' = 'cancel_after_draw' and x ->> 'title' like '%D3'), 'it is on the list of what needs a person');
select is(pg_temp.flags(pg_temp.send('DAVIS', pg_temp.item('CA', 'D3', '{CMP}'))), '', 'the same cancel in another message');
select is(pg_temp.kinds(:'sst'), 'prepared label_printed labelled collected order_cancelled', 'is told once');
select ok(custody.may_move(:'sst', 'packed') and custody.may_move(:'sst', 'accepted'), 'it can be packed and received');
begin;
select pg_temp.policy('cancel_after_draw', '"discard"') \g /dev/null
select pg_temp.send('DAVIS', pg_temp.item('CA', 'D2', '{A1C}')) \g /dev/null
select is((select body::jsonb -> 'hold_until' from custody.event where subject = :'edta' and kind = 'order_cancelled'), 'null', 'with policy discard it is kept for no time');
rollback;

-- ---- it comes again under a new number (contrib/POLICIES.md 4.5): a person joins them, nobody is drawn twice
select is(pg_temp.due('matches'), '[]', 'nothing to join');
select is(pg_temp.flags(pg_temp.send('DAVIS', pg_temp.item('NW', 'D9', '{CMP}'))), '', 'cancelled and sent anew');
select is(pg_temp.tests('D9'), 'CMP due', 'by itself it is due');
select is(jsonb_array_length(pg_temp.due('matches')), 1, 'and offered to be joined');
select is(pg_temp.due('matches') #>> '{0,title}', 'Drawn already? Order D3 was cancelled after the draw, D9 is new', 'in plain words');
select is((pg_temp.due('matches') #> '{0}') - 'lab_order_id' - 'collected_at' - 'title' - 'do', jsonb_build_object('specimen_id', :'sst', 'kind', 'cancelled',
	'patient', '{"name": "DAVIS, ADA", "number": "DAVIS"}'::jsonb, 'tests', '["Comprehensive metabolic panel"]'::jsonb, 'placer_number', 'D9', 'old_placer_number', 'D3',
	'container', 'GOLD SST 5 mL'), 'with the tube that is there');
create function pg_temp.join(placer text, specimen text, who text default 'ana') returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('order_match', who, jsonb_build_object('lab_order_id', (select lab_order_id from clinic.lab_order where placer_number = placer), 'specimen_id', specimen))) $$;
select is(pg_temp.join('D9', :'edta'), 'question order_match_none', 'not to a tube that never had the test');
select is(pg_temp.join('A1', :'sst'), 'question order_match_none', 'nor another patient''s order');
select is(pg_temp.join('D9', :'sst', 'cy'), 'question sign_in_needed', 'nor by nobody');
select is(pg_temp.join('D9', :'sst'), 'stored order_matched', 'one action joins them');
select is(pg_temp.tests('D9'), 'CMP collected', 'the new order is collected');
select is(pg_temp.kinds(:'sst'), 'prepared label_printed labelled collected order_cancelled released', 'the tube goes on');
select is((select array_agg(k order by k) from custody.event e, jsonb_object_keys(e.body::jsonb) k where subject = :'sst' and kind = 'released'), '{order,reason,tests,was}', 'ids only');
select is(pg_temp.due('matches'), '[]', 'it is offered no more');
select is((select count(*) from jsonb_array_elements(pg_temp.due('due')) x where x ->> 'number' = 'DAVIS'), 0::bigint, 'the patient is not due');
select is(pg_temp.join('D9', :'sst'), 'repeat order_matched', 'again is a repeat');
select is(pg_temp.flags(pg_temp.send('DAVIS', pg_temp.item('CA', 'D9', '{CMP}'))), 'cancel_after_draw', 'cancelled once more');
select is(pg_temp.state_of(:'sst'), 'order_cancelled', 'it is held once more');
begin;
select pg_temp.send('DAVIS', pg_temp.item('NW', 'D10', '{CMP}')) \g /dev/null
update clinic.specimen set created_at = created_at - interval '8 days' where specimen_id = :'sst';
select is(pg_temp.due('matches'), '[]', 'after the days of the policy nothing is offered');
rollback;
begin;
select pg_temp.send('DAVIS', pg_temp.item('NW', 'D10', '{CMP}')) \g /dev/null
select custody.append(:'sst', 'held', '{}', null, null) \g /dev/null
select is(pg_temp.due('matches'), '[]', 'nor a tube that is on hold');
rollback;
-- gone with the courier and received: the cancel and the join tell it, and move nothing back
select custody.append(:'edta', 'packed', '{}', null, null), custody.append(:'edta', 'departed', '{}', null, null), custody.append(:'edta', 'accepted', '{}', null, null) \g /dev/null
select pg_temp.send('DAVIS', pg_temp.item('CA', 'D2', '{A1C}')) \g /dev/null
select is(pg_temp.state_of(:'edta'), 'accepted', 'a tube that the lab has is told of, not moved');
select pg_temp.send('DAVIS', pg_temp.item('NW', 'D11', '{A1C}')) \g /dev/null
select is(pg_temp.join('D11', :'edta'), 'stored order_matched', 'and joined all the same');
select is(pg_temp.state_of(:'edta') || ' ' || (select kind from custody.event where subject = :'edta' order by event_id desc limit 1), 'accepted remark', 'where it is');

-- ---- changed: what it names is what it is
select pg_temp.send('EVANS', pg_temp.item('NW', 'E1', '{CBC}'), pg_temp.item('NW', 'E2', '{CMP,TSH}')) \g /dev/null
select pg_temp.who('EVANS') as evans \gset
select is(pg_temp.flags(pg_temp.send('EVANS', pg_temp.item('XO', 'E2', '{CMP,LIPID}', null, '{"priority": "STAT", "source_text": "Blood"}'))), '', 'changed before the visit');
select is(pg_temp.tests('E2'), 'CMP due, TSH cancelled, LIPID due', 'what it does not name any more is cancelled, what is new is due');
select is((select priority || ' ' || source_text from clinic.lab_order where placer_number = 'E2'), 'STAT Blood', 'with its priority and source');
select is(pg_temp.flags(pg_temp.send('EVANS', pg_temp.item('XO', 'E2', '{}'))), '', 'a change that names no test');
select is(pg_temp.tests('E2'), 'CMP due, TSH cancelled, LIPID due', 'cancels none');
select is((select priority from clinic.lab_order where placer_number = 'E2'), 'STAT', 'and keeps what it does not say');
select is(pg_temp.flags(pg_temp.send('EVANS', pg_temp.item('XO', 'E77', '{CMP}'))), 'change_unknown', 'a change of an order that never came is for a person');
select is(pg_temp.flags(pg_temp.send('EVANS', pg_temp.item('XO', 'E2', '{CMP,LIPID,ODD}'))), 'test_unknown', 'a test nobody knows is mended by a person');
select pg_temp.send('EVANS', pg_temp.item('XO', 'E2', '{CMP,LIPID}')) \g /dev/null
select pg_temp.drawn(:evans) \g /dev/null
select pg_temp.tube(:evans, 1) as sst, pg_temp.tube(:evans, 2) as edta \gset
select is(pg_temp.flags(pg_temp.send('EVANS', pg_temp.item('XO', 'E1', '{CBC,A1C}'))), '', 'a test that the drawn tube can carry');
select is(pg_temp.tests('E1'), 'CBC collected, A1C collected', 'is collected with it');
select is((select count(*) from clinic.label where specimen_id = :'edta'), 1::bigint, 'without a new label');
select is((select body::jsonb ->> 'remark' from custody.event where subject = :'edta' order by event_id desc limit 1), 'test_added', 'the tube''s story tells it');
select is(pg_temp.flags(pg_temp.send('EVANS', pg_temp.item('XO', 'E1', '{CBC,A1C,PT}'))), '', 'a test for another tube');
select is(pg_temp.tests('E1'), 'CBC collected, A1C collected, PT due', 'is due');
select custody.append(:'sst', 'packed', '{}', null, null), custody.append(:'sst', 'departed', '{}', null, null) \g /dev/null
select is(pg_temp.flags(pg_temp.send('EVANS', pg_temp.item('XO', 'E2', '{CMP,LIPID,TSH}'))), '', 'a tube that has gone carries no more');
select is(pg_temp.tests('E2'), 'CMP collected, TSH cancelled, LIPID collected, ODD cancelled, TSH due', 'the test is due');
select is(pg_temp.flags(pg_temp.send('EVANS', pg_temp.item('RP', 'E1', '{}'), pg_temp.item('RO', 'E5', '{CBC}'))), 'cancel_after_draw', 'replaced by another order');
select is(pg_temp.tests('E1') || '; ' || pg_temp.tests('E5'), 'CBC cancelled, A1C cancelled, PT cancelled; CBC due', 'the one ends, the other is due');
select is(pg_temp.due('matches') #>> '{0,specimen_id}', :'edta', 'and offered for the tube');
select is(pg_temp.flags(pg_temp.send('EVANS', pg_temp.item('RP', 'E5', '{CBC,GLU}'))), '', 'replaced by itself is a change');
select is(pg_temp.tests('E5'), 'CBC due, GLU due', 'as it names it');

-- ---- the sender's own numbers (SPM, SAC) are recorded and prove nothing
select pg_temp.send('GRANT', pg_temp.item('NW', 'G1', '{CBC}', null, '{"specimens": [{"filler_id": "26RVS-1", "placer_id": "", "container_ids": ["26RVS-1-01"], "collected_at": "2026-01-02T03:04:05"}]}'), pg_temp.item('NW', 'G2', '{A1C}', null, '{"specimens": 7}')) \g /dev/null
select pg_temp.send('HAYES', pg_temp.item('NW', 'H1', '{CBC}', null, '{"specimens": [{"filler_id": "26RVS-2"}]}')) \g /dev/null
select is(pg_temp.tests('G1'), 'CBC due', 'what is said to be collected is due all the same');
select is((select specimens from clinic.lab_order where placer_number = 'G2'), '[]', 'what is no list is none');
select pg_temp.who('GRANT') as grant \gset
select pg_temp.printed(:grant) \g /dev/null
select is(api.timeline('ana', jsonb_build_object('specimen_id', pg_temp.tube(:grant, 1))) #> '{data,specimen,foreign_ids}', '["26RVS-1", "26RVS-1-01"]', 'the tube''s story has the sender''s numbers');
select is(pg_temp.says(pg_temp.scan('26RVS-1')), 'note senders_label', 'the sender''s label is known');
select is(pg_temp.says(pg_temp.scan('26RVS-1-01')), 'note senders_label', 'by its container too');
select is(pg_temp.state_of(pg_temp.tube(:grant, 1)), 'label_printed', 'and labels nothing');
select is(pg_temp.says(pg_temp.scan('26RVS-2')), 'question senders_label_other', 'another patient''s is asked about');
select ok((select near_miss from clinic.visit_act where act = 'senders_label_other'), 'and counted');
select is(pg_temp.says(pg_temp.scan('26RVS-3')), 'note not_ours', 'a number nobody knows is not ours');
select pg_temp.scan(pg_temp.tube(:grant, 1)), pg_temp.close() \g /dev/null
select is((select string_agg(x ->> 'words', ', ' order by o) from jsonb_array_elements(api.timeline('ana', jsonb_build_object('specimen_id', :'edta')) #> '{data,events}') with ordinality y (x, o) where x ->> 'kind' in ('remark', 'order_cancelled')),
	'Remark: a test was added, Order cancelled', 'the story says why in words');

-- ---- entered here, and the sender's order comes after the draw
select pg_temp.send('FOX', pg_temp.item('NW', 'X0', '{PT}')) \g /dev/null
select pg_temp.who('FOX') as fox \gset
select pg_temp.send('FOX', pg_temp.item('CA', 'X0', '{PT}')) \g /dev/null
select pg_temp.ok_(pg_temp.call('order_here', 'ana', jsonb_build_object('patient_id', :fox, 'tests', '["CBC", "A1C"]'::jsonb, 'provider', 'R. Dale', 'source', 'paper'))) ->> 'lab_order_id' as here \gset
select pg_temp.drawn(:fox) \g /dev/null
select is(pg_temp.due('unmatched'), '[]', 'on the same day nobody is reminded');
update clinic.lab_order set received_at = received_at - interval '2 days' where lab_order_id = :here;
select is((pg_temp.due('unmatched') #> '{0}') - 'at', jsonb_build_object('lab_order_id', :here, 'patient', '{"name": "FOX, ADA", "number": "FOX"}'::jsonb,
	'tests', '["Complete blood count", "Haemoglobin A1c"]'::jsonb, 'provider', 'R. Dale', 'source', 'paper', 'late', false), 'the next day it is on the list');
select pg_temp.send('FOX', pg_temp.item('NW', 'X1', '{CBC}')) \g /dev/null
select is((select x ->> 'title' from jsonb_array_elements(pg_temp.due('matches')) x where x #>> '{patient,number}' = 'FOX'), 'Drawn already? X1 has come for what was entered here', 'the sender''s order is offered');
select is(pg_temp.join('X1', pg_temp.tube(:fox, 1)), 'stored order_matched', 'one action joins them');
select is(pg_temp.tests('X1'), 'CBC collected', 'nobody is drawn twice');
select is(pg_temp.due('unmatched'), '[]', 'and the list is empty');
select * from finish();
