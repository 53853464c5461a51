-- The courier: stop, bags, the clinic's badge; every exception; and no patient on any screen of theirs.
\ir setup.sql
select plan(189);
insert into person select name, clinic.operator_add(name, initials, roles, '$argon2id$not-a-real-hash') from (values
	('Dee Driver', 'DD', array['courier']), ('Rae Receiver', 'RR', array['receiver']), ('Quin Quality', 'QQ', array['quality'])) p (name, initials, roles);
create function pg_temp.act(name text, args jsonb default '{}', token text default 'cy') returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call(name, token, args)) $$;
create function pg_temp.does(code text, token text default 'cy') returns text language sql volatile as $$ select pg_temp.says(pg_temp.scan(code, token)) $$;
create function pg_temp.title(code text, token text default 'cy') returns text language sql volatile as $$ select pg_temp.scan(code, token) ->> 'title' $$;
create function pg_temp.road(token text default 'cy') returns jsonb language sql stable as $$ select api.courier(token, '{}') -> 'data' $$;
create function pg_temp.body(of_subject text, of_kind text) returns jsonb language sql stable as $$
	select body::jsonb from custody.event where subject = of_subject and kind = of_kind order by event_id desc limit 1 $$;
create function pg_temp.badge(who text) returns text language sql stable as $$ select badge from person where name = who $$;
-- a closed bag with one drawn tube in it
create function pg_temp.packed(family text, tests text[]) returns text language plpgsql as $$
declare
	code text := custody.id_next('bag');
	answer text;
begin
	perform pg_temp.drawn(family, 'Ann', tests);
	perform pg_temp.scan(code, 'ana');
	perform pg_temp.call('bag_count', 'ana', '{"count": 1}');
	answer := pg_temp.says(pg_temp.call('bag_close', 'ana'));
	if answer <> 'complete bag_closed' then
		raise 'set-up: the bag of % did not close: %', family, answer;
	end if;
	return code;
end $$;
create function pg_temp.holder(subject text) returns text language sql stable as $$ select clinic.holder(subject) ->> 'name' $$;
-- the end of the newest pickup
create function pg_temp.end_of() returns jsonb language sql stable as $$
	select body::jsonb || jsonb_build_object('kind', kind) from custody.event where subject = 'pickup:' || (select max(pickup_id) from clinic.pickup) and kind <> 'scanned' $$;
select stop, lockbox from clinic.stop \gset
select custody.id_next('stop') as stop2 \gset
insert into clinic.stop (stop, name, staffed) values (:'stop2', 'Hill Clinic', true);
select place as hub from clinic.place where kind = 'hub' \gset

-- ---- six actions at a counter
select pg_temp.packed('ADAMS', array['CBC']) as b1, pg_temp.packed('BOND', array['CMP']) as b2, pg_temp.packed('COLE', array['NH3']) as b3 \gset
select is(pg_temp.does(:'b1'), 'question scan_stop_first', 'a bag without a stop');
select is(pg_temp.kinds(:'b1'), 'bag_opened bag_closed scanned!', 'was seen');
select is(pg_temp.does(custody.id_make('stop', 900, 999)), 'question stop_unknown', 'no such stop');
select is(pg_temp.road() ->> 'work', null, 'nothing is begun');
select is(pg_temp.road() -> 'stops', jsonb_build_array(jsonb_build_object('stop', :'stop2', 'name', 'Hill Clinic'), jsonb_build_object('stop', :'stop', 'name', 'Riverside Clinic')), 'the stops there are');
select pg_temp.scan(:'stop', 'cy') as begun \gset
select is(pg_temp.says(:'begun'), 'stored pickup_begun', 'the stop begins a pickup');
select is(:'begun'::jsonb ->> 'title' || ' / ' || (:'begun'::jsonb ->> 'do'), 'Riverside Clinic: 3 bags / AMBIENT 1, FROZEN 1, REFRIGERATED 1. Scan each.', 'with what waits there');
select is(pg_temp.does(:'stop'), 'repeat pickup_open', 'once');
select is((select kind || ' ' || body from custody.event where subject like 'pickup:%'), 'scanned ' || jsonb_build_object('stop', :'stop', 'courier', pg_temp.operator('Cy Courier'),
	'scan', (select scan_id from clinic.scan where code = 'pickup_begun'))::text, 'the pickup has its story');
select is(pg_temp.road() #> '{work,pickup,expected}', '3', 'three on the screen');
select is(pg_temp.does(:'b1'), 'stored bag_taken', 'a bag');
select is(pg_temp.body(:'b1', 'departed') - 'scan', jsonb_build_object('courier', pg_temp.operator('Cy Courier'), 'pickup', (select max(pickup_id) from clinic.pickup), 'unlisted', false, 'place', null), 'it departed with Cy');
select is((custody.state(:'b1')).kind || ' ' || pg_temp.holder(:'b1') || ' ' || pg_temp.holder((select specimen_id from clinic.bag_content where bag = :'b1')), 'departed Cy Courier Cy Courier', 'who has it, and its tube');
select is(pg_temp.title(:'b2'), '2 of 3', 'another');
select is(pg_temp.does(:'b2'), 'repeat bag_taken_already', 'twice is nothing new');
select is(pg_temp.does(pg_temp.badge('Ana Ruiz')), 'question bags_missing', 'one is missing');
select is(pg_temp.does(:'b3'), 'complete bags_all_taken', 'all three');
select is(pg_temp.does(pg_temp.badge('Cy Courier')), 'note signed_in_already', 'a courier does not sign for the clinic');
select is(pg_temp.does(pg_temp.badge('Dee Driver')), 'question signs_not', 'nor another one');
select is(pg_temp.does(pg_temp.badge('Rae Receiver')), 'question signs_not', 'nor the lab');
select is(pg_temp.does(custody.id_make('badge', 900, 5)), 'note badge_signs_in', 'nor a badge nobody has');
select pg_temp.scan(pg_temp.badge('Ana Ruiz'), 'cy') as signed \gset
select is(pg_temp.says(:'signed'), 'complete picked_up', 'Ana''s badge signs');
select is(:'signed'::jsonb ->> 'title', '3 bags are yours. Receipt ' || (select max(pickup_id) & ((1::bigint << 40) - 1) from clinic.pickup), 'with a receipt');
select is(pg_temp.end_of(), jsonb_build_object('kind', 'picked_up', 'stop', :'stop', 'courier', pg_temp.operator('Cy Courier'), 'how', 'signed', 'signed_by', pg_temp.operator('Ana Ruiz'), 'reason', null, 'count', null,
	'bags', (select jsonb_agg(x order by x) from unnest(array[:'b1', :'b2', :'b3']) x), 'left', '[]'::jsonb), 'and its event');
select is(pg_temp.road() #>> '{receipt,signed_by}' || ' ' || (pg_temp.road() #>> '{receipt,bags}'), 'Ana Ruiz 3', 'on the screen');
select is(jsonb_array_length(pg_temp.road() -> 'holding'), 3, 'Cy holds three bags');
select is(pg_temp.road() #>> '{holding,0,from}', 'Riverside Clinic', 'from there');
select is(jsonb_array_length(api.still_here('ana', '{}') #> '{data,bags}'), 0, 'none is still here');
select is((select array_agg(b ->> 'state') from jsonb_array_elements(api.packing('ana', '{}') #> '{data,bags}') b), '{departed,departed,departed}', 'the clinic sees them gone');
select is(pg_temp.does(:'b1'), 'note bag_you_hold', 'scanned on the road: you have it');
select is(pg_temp.act('pickup_close', '{"how": "taken_alone", "reason": "busy"}'), 'question no_pickup', 'no pickup is open any more');

-- ---- leave with one of two; the clinic sees which and why
select pg_temp.packed('DALE', array['CBC']) as d1, pg_temp.packed('EARL', array['CMP']) as d2 \gset
select pg_temp.does(:'stop') \g /dev/null
select pg_temp.does(:'d1') \g /dev/null
select is(pg_temp.act('pickup_close', '{"how": "taken_alone"}'), 'question reason_needed', 'alone: why?');
select is(pg_temp.act('pickup_close', '{"how": "taken_alone", "reason": "busy"}'), 'question bags_missing', 'one is not with you');
select is(pg_temp.act('pickup_close', jsonb_build_object('left', jsonb_build_array(jsonb_build_object('bag', :'d2', 'reason', 'nonsense')))), 'question bad_request', 'for a reason of the list');
select is(pg_temp.act('pickup_close', jsonb_build_object('left', jsonb_build_array(jsonb_build_object('bag', :'d2', 'reason', 'not_there')))), 'stored pickup_noted', 'it is not there');
select is(pg_temp.does(pg_temp.badge('Carol Lindqvist')), 'complete picked_up', 'a lead signs');
select is(pg_temp.end_of() -> 'left', jsonb_build_array(jsonb_build_array(:'d2', 'not_there')), 'what stays is in the event');
select is((select b #>> '{left,reason}' from jsonb_array_elements(api.still_here('ana', '{}') #> '{data,bags}') b where b ->> 'bag' = :'d2'), 'Not there', 'and the clinic sees it at once');

-- ---- alone; nothing here; could not get in
select pg_temp.does(:'stop') \g /dev/null
select is(pg_temp.act('pickup_close', '{"how": "taken_alone", "reason": "busy"}'), 'question pickup_is_empty', 'no bag was scanned');
select is(pg_temp.does(:'stop2'), 'question pickup_open_first', 'another stop before this one ended');
select is(pg_temp.does(:'hub'), 'question pickup_open_first', 'or a place');
select is(pg_temp.does(:'d2'), 'complete bags_all_taken', 'it was there after all');
select is(pg_temp.act('pickup_none', '{"how": "nothing_here"}'), 'question pickup_has_bags', 'not nothing');
select is(pg_temp.act('pickup_close', '{"how": "taken_alone", "reason": "busy"}'), 'complete picked_up', 'taken alone, never blocked');
select is(pg_temp.end_of() ->> 'how' || ' ' || (pg_temp.end_of() ->> 'reason'), 'taken_alone busy', 'with its reason');
select pg_temp.packed('FORD', array['CBC']) as f1 \gset
select is(pg_temp.act('pickup_none', jsonb_build_object('stop', :'stop', 'how', 'no_access')), 'question reason_needed', 'could not get in: why?');
select is(pg_temp.act('pickup_none', jsonb_build_object('stop', :'stop', 'how', 'no_access', 'reason', 'lockbox_jammed')), 'stored no_access', 'without scanning anything');
select is(pg_temp.end_of() - 'courier', jsonb_build_object('kind', 'no_access', 'stop', :'stop', 'reason', 'lockbox_jammed', 'left', jsonb_build_array(:'f1')), 'an event of the pickup');
select is(api.still_here('ana', '{}') #>> '{data,pickups,0,end}' || ': ' || (api.still_here('ana', '{}') #>> '{data,pickups,0,reason}'), 'no_access: Lockbox does not open', 'the clinic sees it');
select pg_temp.does(:'stop') \g /dev/null
select is(pg_temp.act('pickup_none', '{"how": "nothing_here"}'), 'stored nothing_here_listed', 'nothing there, though one is on the list');
select is((select b #>> '{left,reason}' from jsonb_array_elements(api.still_here('ana', '{}') #> '{data,bags}') b where b ->> 'bag' = :'f1'), 'Nothing here', 'the clinic sees that too');
select is(pg_temp.act('pickup_none', jsonb_build_object('stop', 'P1', 'how', 'nothing_here')), 'question bad_request', 'no such stop');

-- ---- a lockbox: blind, own count, its code
update clinic.stop set staffed = false where stop = :'stop';
select pg_temp.scan(:'lockbox', 'ana'), pg_temp.scan(:'f1', 'ana'), pg_temp.call('work_end', 'ana') \g /dev/null
select pg_temp.packed('GRAY', array['CBC']) as g1 \gset
select pg_temp.scan(:'lockbox', 'ana'), pg_temp.scan(:'g1', 'ana'), pg_temp.call('work_end', 'ana') \g /dev/null
select is((select count(*) from clinic.stop_bags(:'stop2')), 0::bigint, 'what lies in this lockbox waits at no other stop');
select pg_temp.scan(:'stop', 'cy') as begun \gset
select is(pg_temp.says(:'begun'), 'stored pickup_begun_blind', 'a lockbox: count first (courier_count)');
select is(:'begun'::text !~ 'AMBIENT', true, 'nothing is told');
select is(pg_temp.road() #> '{work,pickup,expected}', 'null', 'nor on the screen');
select is(jsonb_array_length(pg_temp.road() #> '{work,pickup,bags}'), 0, 'no list');
select is(pg_temp.does(:'f1'), 'stored bag_taken_blind', 'a bag');
select is(pg_temp.body(:'f1', 'departed') ->> 'place', :'lockbox', 'out of the lockbox');
select is(pg_temp.does(:'lockbox'), 'question count_bags', 'the lockbox''s code ends it: how many?');
select is(pg_temp.act('pickup_close', '{"how": "lockbox", "count": -1}'), 'question bad_request', 'a number');
select is(pg_temp.act('pickup_close', '{"how": "lockbox", "count": 2}'), 'question pickup_count_differs', 'two counted, one scanned');
select is(pg_temp.act('pickup_close', '{"how": "lockbox", "count": 1}'), 'question bags_missing', 'one it is: and one is missing');
select is(jsonb_array_length(pg_temp.road() #> '{work,pickup,bags}'), 2, 'now it is said');
select is(pg_temp.act('pickup_close', jsonb_build_object('how', 'lockbox', 'left', jsonb_build_array(jsonb_build_object('bag', :'g1', 'reason', 'not_there')))), 'complete picked_up', 'left without it');
select is(pg_temp.end_of() ->> 'how' || ' ' || (pg_temp.end_of() ->> 'count'), 'lockbox 1', 'by the lockbox');
select is((select b ->> 'state' || ' ' || (b #>> '{left,reason}') from jsonb_array_elements(api.still_here('ana', '{}') #> '{data,bags}') b where b ->> 'bag' = :'g1'), 'placed Not there', 'both sides know within the minute');
update clinic.bag_under_way set since = since - interval '5 hours' where bag = :'g1';
select pg_temp.does(:'stop') \g /dev/null
select is(pg_temp.does(:'g1'), 'stored bag_taken_blind', 'the next day it is there');
select is(pg_temp.act('pickup_close', '{"how": "lockbox", "count": 3}'), 'question pickup_count_differs', 'three counted');
select is(pg_temp.act('pickup_close', '{"how": "lockbox", "count": 3}'), 'complete picked_up', 'and again: it stands, nobody is held up');
select is(pg_temp.end_of() ->> 'count', '3', 'for the lab to see');
update clinic.stop set staffed = true where stop = :'stop';
select custody.rebuild() \g /dev/null

-- ---- bags that are not as they should be
select pg_temp.packed('HALL', array['CBC']) as h1, custody.id_next('bag') as strange, custody.id_next('bag') as open1 \gset
select pg_temp.drawn('INCE', 'Ida', array['CBC', 'PT']) as ida \gset
select pg_temp.scan(:'open1', 'ana'), pg_temp.scan(pg_temp.tube(:ida, 1), 'ana') \g /dev/null
select pg_temp.does(:'stop2') \g /dev/null
select is(pg_temp.does(:'strange'), 'question bag_not_closed', 'a bag nobody opened');
select is(pg_temp.act('bag_take_open', jsonb_build_object('bag', :'strange')), 'question bad_request', 'count it');
select is(pg_temp.act('bag_take_open', jsonb_build_object('bag', :'strange', 'count', 7)), 'stored bag_taken_open', 'counted, closed, taken');
select is(pg_temp.kinds(:'strange'), 'scanned! bag_opened bag_closed departed', 'its story');
select is(pg_temp.body(:'strange', 'bag_closed') ->> 'how' || ' ' || (pg_temp.body(:'strange', 'bag_closed') ->> 'count') || ' ' || (pg_temp.body(:'strange', 'departed') ->> 'unlisted'), 'courier 7 true', 'the lab must scan all');
select is(pg_temp.does(:'open1'), 'question bag_not_closed', 'a bag that is open still');
select is(pg_temp.act('bag_take_open', jsonb_build_object('bag', :'open1', 'count', 2)), 'stored bag_taken_open', 'the same');
select is(pg_temp.body(:'open1', 'bag_closed') -> 'tubes', jsonb_build_array(jsonb_build_array(pg_temp.tube(:ida, 1), pg_temp.last_hash(pg_temp.tube(:ida, 1)))), 'what was scanned into it is known');
select is(pg_temp.act('bag_close', '{}', 'ana'), 'question no_bag_open', 'Ana''s station learns that it went');
select is(pg_temp.does(:'h1'), 'complete bags_all_taken', 'a listed one');
select is(pg_temp.act('bag_take_open', jsonb_build_object('bag', :'h1', 'count', 1)), 'question bag_is_closed', 'is closed already');
select is(pg_temp.does('B101000000188'), 'stop practice_and_real_bag', 'a real bag in practice');
select is(pg_temp.does(pg_temp.tube(:ida, 1)), 'note tube_in_closed_bag', 'a tube of a bag');
select is(pg_temp.does(pg_temp.tube(:ida, 2)), 'question tube_alone', 'a tube in no bag travels alone');
select is((custody.state(pg_temp.tube(:ida, 2))).kind || ' ' || pg_temp.holder(pg_temp.tube(:ida, 2)), 'departed Cy Courier', 'Cy has it');
select is((select count(*) from clinic.tube_here where specimen_id = pg_temp.tube(:ida, 2)), 0::bigint, 'it is no longer here');
select is(pg_temp.does('900000000998'), 'question misread', 'a misread');
select is(pg_temp.does('LOT 7Z9'), 'note not_ours', 'not ours');
select is(pg_temp.act('bag_remark', jsonb_build_object('bag', :'h1', 'remark', 'leaking', 'note', 'in the corner')), 'stored remark_stored', 'leaking');
select is(pg_temp.body(:'h1', 'remark'), '{"remark": "leaking", "celsius": null, "note": "in the corner"}', 'the lab is warned');
select is(pg_temp.act('bag_remark', jsonb_build_object('bag', :'h1', 'remark', 'temperature')), 'question bad_request', 'a temperature has a number');
select is(pg_temp.act('bag_remark', jsonb_build_object('bag', :'h1', 'remark', 'temperature', 'celsius', '-18.5')), 'stored remark_stored', 'so');
select is(pg_temp.does(pg_temp.badge('Ana Ruiz')), 'complete picked_up', 'signed');

-- ---- not on the list: taken, the lab looks
select pg_temp.packed('JACK', array['CBC']) as j1 \gset
select pg_temp.does(:'stop2') \g /dev/null
select pg_temp.event(:'j1', 'departed', jsonb_build_object('courier', pg_temp.operator('Dee Driver'))) \g /dev/null
select is(pg_temp.does(:'j1'), 'question bag_unlisted', 'somebody else had it');
select is(pg_temp.title(:'j1'), 'Taken already', 'but taken it is');
select is(pg_temp.body(:'j1', 'departed') -> 'unlisted', 'true', 'the event says so');
select is(pg_temp.holder(:'j1'), 'Cy Courier', 'Cy has it now');
select pg_temp.does(pg_temp.badge('Ana Ruiz')) \g /dev/null

-- ---- courier to courier; hub and vehicle
select is(pg_temp.does(pg_temp.badge('Dee Driver')), 'stored hand_over_begun', 'the other''s badge');
select is(pg_temp.road() #>> '{work,hand_over,to}', 'Dee Driver', 'on the screen');
select is(pg_temp.does(:'b1'), 'stored bag_given', 'a bag');
select is(pg_temp.does(:'b1'), 'repeat bag_given_already', 'once');
select is(pg_temp.body(:'b1', 'handed_over') - 'scan', jsonb_build_object('from', pg_temp.operator('Cy Courier'), 'to', pg_temp.operator('Dee Driver')), 'from, to');
select is(pg_temp.holder(:'b1'), 'Dee Driver', 'Dee has it');
select is(pg_temp.title(pg_temp.badge('Dee Driver')), '1 bag handed to Dee Driver', 'the badge again ends it');
select is(pg_temp.does(:'hub'), 'stored place_begun', 'the hub''s shelf');
select is(pg_temp.does(:'b2'), 'stored placed', 'a bag goes there');
select is(pg_temp.holder(:'b2'), 'Hub shelf', 'the shelf has it');
select is(pg_temp.does(:'b2'), 'stored taken_from_place', 'and comes back');
select is(pg_temp.holder(:'b2'), 'Cy Courier', 'Cy again');
select is(pg_temp.does(custody.id_make('place', 900, 999)), 'question place_unknown', 'no such place');
select is(pg_temp.act('work_end'), 'stored work_ended', 'done');

-- ---- no phone: the clinic's station with the courier's badge
select pg_temp.packed('KING', array['CBC']) as k1, custody.id_next('bag') as k2 \gset
select is(pg_temp.does(pg_temp.badge('Dee Driver'), 'ana'), 'stored hand_over_begun', 'Dee''s badge at the clinic''s station');
select is(pg_temp.does(:'k2', 'ana'), 'question bag_not_closed', 'a bag that is not closed');
select is(pg_temp.does(:'k1', 'ana'), 'stored bag_given', 'a bag');
select is(pg_temp.body(:'k1', 'departed') - 'scan', jsonb_build_object('courier', pg_temp.operator('Dee Driver'), 'pickup', null, 'unlisted', false, 'place', null), 'departs with Dee');
select is(pg_temp.does(pg_temp.badge('Dee Driver'), 'ana'), 'complete hand_over_done', 'done');
select is(pg_temp.holder(:'k1'), 'Dee Driver', 'Dee has it');

-- ---- Stop: of a bag only
select pg_temp.packed('LOWE', array['CBC']) as l1 \gset
select is(pg_temp.act('mistake', jsonb_build_object('specimen_id', pg_temp.tube(:ida, 1))), 'question which_bag', 'a courier stops bags');
select is(pg_temp.does(pg_temp.tube(:ida, 1)), 'note tube_in_closed_bag', 'not tubes');
select is(pg_temp.does(:'l1'), 'stored bag_stopped', 'this one');
select is((custody.state(:'l1')).kind, 'held', 'it is on hold');
select pg_temp.does(:'stop2') \g /dev/null
select is(pg_temp.does(:'l1'), 'stop bag_on_hold', 'leave it here');
select is(b ->> 'state', 'held', 'the courier sees that it is on hold') from jsonb_array_elements(pg_temp.road() #> '{work,pickup,bags}') b where b ->> 'bag' = :'l1';
select is((w ->> 'expected') || ' ' || (select count(*) from jsonb_array_elements(w -> 'bags') b where b -> 'listed' = 'true'), '0 0', 'and it is not expected') from (select pg_temp.road() #> '{work,pickup}') x (w);
select is(pg_temp.act('pickup_none', '{"how": "nothing_here"}'), 'stored nothing_here', 'nothing to take');
select is(pg_temp.does(pg_temp.card('stop')), 'question which_bag', 'the card too');
select pg_temp.later('2 seconds') \g /dev/null
select is(pg_temp.act('visit_answer', '{"code": "which_bag", "choice": "back"}', 'ana'), 'question no_question', 'it is asked at that station');
select is(pg_temp.act('visit_answer', '{"code": "take_over", "choice": "yes"}'), 'question not_allowed', 'a courier answers nothing about visits');
select is(pg_temp.act('visit_answer', '{"code": "which_bag", "choice": "back"}'), 'note left_as_it_is', 'but what was asked on the phone');
select is(pg_temp.says(api.mistake(gen_random_uuid(), 'courierphone', jsonb_build_object('bag', :'k1'))), 'stored bag_stopped', 'anybody at the phone may, signed in or not');

-- ---- an armed Stop waits for the one who pressed it, for a minute
select pg_temp.packed('LUND', array['CBC']) as n1 \gset
create function pg_temp.asked(token text default 'cy') returns jsonb language sql stable as $$
	select api.visit(token, '{}') #> '{data,ask}' $$;
select is(pg_temp.does(pg_temp.card('stop')), 'question which_bag', 'Cy presses Stop');
select is(pg_temp.asked() ->> 'code', 'which_bag', 'the screen asks');
select ok((pg_temp.asked() ->> 'seconds')::int between 50 and 60, 'for a minute');
select pg_temp.sign_in('Dee Driver', 'courierphone') is not null \g /dev/null
select is(pg_temp.asked('dee'), null, 'Dee signs in: nothing is asked of her');
select is(pg_temp.does(:'n1', 'dee'), 'question scan_stop_first', 'her first bag is only a bag');
select is((custody.state(:'n1')).kind, 'bag_closed', 'not on hold');
select is(pg_temp.does(pg_temp.card('stop'), 'dee'), 'question which_bag', 'Dee presses Stop');
select is(api.sign_out(gen_random_uuid(), 'dee', '{}') ->> 'code', 'signed_out', 'and signs out');
select is(pg_temp.does(:'n1', 'courierphone'), 'question sign_in_needed', 'a bag scanned then is no answer either');
select is((custody.state(:'n1')).kind, 'bag_closed', 'nor on hold');
delete from clinic.session where kind = 'operator' and station_id = pg_temp.station('Courier phone');
select pg_temp.sign_in('Cy Courier', 'courierphone') is not null \g /dev/null
select pg_temp.does(pg_temp.card('stop')), pg_temp.later('59 seconds') \g /dev/null
select is(pg_temp.asked() ->> 'code', 'which_bag', 'it waits');
select pg_temp.later('1 second') \g /dev/null
select is(pg_temp.asked(), null, 'a minute');
select is(pg_temp.does(:'n1'), 'question scan_stop_first', 'then a bag is a bag');
select pg_temp.does(pg_temp.card('stop')) \g /dev/null
select is(pg_temp.does(:'n1'), 'stored bag_stopped', 'pressed again it stops the next one');

-- ---- another courier signs on at the phone in the middle of a pickup
select pg_temp.act('pickup_none', '{"how": "nothing_here"}') \g /dev/null
delete from clinic.pickup p where not clinic.pickup_is_over(p.pickup_id);
select pg_temp.packed('MOSS', array['CBC']) as m1, pg_temp.packed('NASH', array['CBC']) as m2 \gset
select pg_temp.does(:'stop'), pg_temp.does(:'m1') \g /dev/null
select pickup_id as cys from clinic.pickup order by opened_at desc limit 1 \gset
select pg_temp.act('pickup_close', jsonb_build_object('count', 1, 'left', jsonb_build_array(jsonb_build_object('bag', :'m2', 'reason', 'not_ready')))) \g /dev/null
select is(pg_temp.road() -> 'unfinished', '[]', 'Cy is at his stop');
select pg_temp.sign_in('Dee Driver', 'courierphone') is not null \g /dev/null
-- the one phone stands for two from here on
update clinic.session set shaded_at = null where kind = 'operator';
select is(pg_temp.road('dee') -> 'left_open' ->> 'courier' || ' ' || (pg_temp.road('dee') #>> '{left_open,bags}'), 'Cy Courier 1', 'Dee is told what is open here');
select is(pg_temp.road('dee') #> '{work,pickup}', 'null', 'and is not at it');
select is(pg_temp.does(:'m2', 'dee'), 'question scan_stop_first', 'nor are bags taken for it');
select pg_temp.scan(:'stop2', 'dee') as begun \gset
select is(pg_temp.says(:'begun'), 'stored pickup_begun_after', 'Dee begins a stop');
select is(:'begun'::jsonb ->> 'do', 'Cy Courier was not done at Riverside Clinic: 1 bag stays his. Scan each bag here.', 'and is told what that left');
select is((select body::jsonb - 'remark' from custody.event where subject = 'pickup:' || :cys and kind = 'remark'), jsonb_build_object('stop', :'stop', 'courier', pg_temp.operator('Cy Courier'),
	'bags', jsonb_build_array(:'m1'), 'counts', '[1, null]'::jsonb, 'left', jsonb_build_array(jsonb_build_array(:'m2', 'not_ready'))), 'it is written with what is known');
select is(pg_temp.holder(:'m1'), 'Cy Courier', 'his bag is his');
select is(pg_temp.road('dee') -> 'left_open', 'null', 'nothing is open here but Dee''s');
select is(pg_temp.road('dee') -> 'unfinished', '[]', 'which is not unfinished');
select is(pg_temp.road() #>> '{unfinished,0,name}', 'Riverside Clinic', 'Cy sees his');
select is((select array_agg(u ->> 'courier' || ' ' || (u ->> 'name') || ' ' || (u ->> 'bags')) from jsonb_array_elements(api.still_here('ana', '{}') #> '{data,unfinished}') u), '{Cy Courier Riverside Clinic 1}', 'and so does the clinic');
select is(pg_temp.act('pickup_none', '{"how": "nothing_here"}', 'dee'), 'stored nothing_here_listed', 'Dee ends hers');
select pg_temp.scan(:'stop', 'cy') as again \gset
select is(pg_temp.says(:'again') || ' ' || (:'again'::jsonb ->> 'title'), 'stored pickup_resumed Riverside Clinic: 1 taken before', 'Cy scans the stop again');
select is((select max(pickup_id) from clinic.pickup where courier = pg_temp.operator('Cy Courier')), :cys::bigint, 'it is the same pickup');
select is(pg_temp.road() #> '{work,pickup,left}', jsonb_build_object(:'m2', 'not_ready'), 'with what he had said');
select is(pg_temp.road() -> 'unfinished', '[]', 'and is unfinished no more');
-- put to other use by another, and by nothing at all
select is(pg_temp.act('work_end', '{}', 'dee'), 'stored work_ended', 'Dee puts it away');
select is((select count(*) from custody.event where subject = 'pickup:' || :cys and kind = 'remark'), 2::bigint, 'it is written again');
select is(pg_temp.act('work_end', '{}', 'dee'), 'repeat no_work', 'once');
select is(pg_temp.does(:'stop'), 'stored pickup_resumed', 'Cy goes on');
select is(pg_temp.does(pg_temp.badge('Ana Ruiz')), 'complete picked_up', 'and ends it');
select is((select body::jsonb ->> 'bags' || ' ' || (body::jsonb ->> 'left') from custody.event where subject = 'pickup:' || :cys and kind = 'picked_up'), '["' || :'m1' || '"] [["' || :'m2' || '", "not_ready"]]', 'with his bag');
select is(jsonb_array_length(api.still_here('ana', '{}') #> '{data,unfinished}'), 0, 'nothing is unfinished');

-- ---- a laboratory that is on no node never says that it came: put down at its dock it is handed over
insert into clinic.lab (lab_id, node, name) values (77, 1, 'On a node');
insert into clinic.place (place, name, kind) values (custody.id_next('place'), 'Riverside dock', 'dock') returning place as dock \gset
select is(pg_temp.does(:'dock'), 'stored place_begun', 'its dock');
select is(pg_temp.does(:'m1'), 'stored handed_in', 'the bag is put down');
select is((select count(*) from jsonb_array_elements(pg_temp.road() -> 'holding') b where b ->> 'bag' = :'m1'), 0::bigint, 'Cy holds it no more');
select is((select count(*) from clinic.bag_under_way where bag = :'m1'), 0::bigint, 'nor is it under way');
select is(pg_temp.holder(:'m1'), 'Riverside dock', 'it was handed over there');
delete from clinic.lab where lab_id = 77;
select custody.rebuild() \g /dev/null

-- ---- who may
select is(pg_temp.act('pickup_none', jsonb_build_object('stop', :'stop', 'how', 'nothing_here'), 'ana'), 'question not_allowed', 'an assistant is no courier');
select is(pg_temp.says(api.courier('ana', '{}')), 'question not_allowed', 'and does not see the road');
select is(pg_temp.says(api.courier('courierphone', '{}')), 'question sign_in_needed', 'nobody does');
select is(pg_temp.does(:'stop', 'courierphone'), 'question sign_in_needed', 'nobody begins');
select is(pg_temp.does(:'b1', 'courierphone'), 'question sign_in_needed', 'but what was scanned was seen');
select is((select kind from custody.event where subject = :'b1' order by n desc limit 1), 'scanned', 'as an event');
select is(pg_temp.act('pickup_close', '{"how": "signed"}'), 'question no_pickup', 'a page signs for nobody');

-- ---- no patient on any screen of a courier
select is((select count(*) from custody.request r where r.session_hash = sha256('cy') and r.reply::text ~ '(Ann|ADAMS|BOND|COLE|DALE|EARL|FORD|GRAY|HALL|INCE|JACK|KING|LOWE|MOSS|NASH|1970-02-03)'),
	0::bigint, 'no name in any answer to the courier');
select cmp_ok((select count(*) from custody.request r where r.session_hash = sha256('cy')), '>', 80::bigint, 'of more than eighty');
select is(api.courier('cy', '{}')::text ~ '(Ann|ADAMS|BOND|COLE|DALE|EARL|FORD|GRAY|HALL|INCE|JACK|KING|LOWE|MOSS|NASH)', false, 'nor on the road');
select is(api.visit('cy', '{}') -> 'data' ->> 'visit_id', null, 'nor of a visit');
select is((select count(*) from custody.event e where (e.subject ~ '^[BD]' or e.subject ~ '^pickup') and e.body ~ '(Ann|ADAMS|BOND|COLE|DALE|EARL|FORD|GRAY|HALL|INCE|JACK|KING|LOWE|MOSS|NASH)'), 0::bigint, 'nor in any event of a bag');
select is(custody.rebuild(), 0::bigint, 'a rebuild changes nothing after all this');
select is_empty($$ select distinct s.code from clinic.scan s left join clinic.message m on m.code = s.code and m.lang = 'en' where m.code is null $$, 'every answer has its words');
select is((select count(*) from clinic.alarm), 0::bigint, 'no station of a courier was locked');
select * from finish();
