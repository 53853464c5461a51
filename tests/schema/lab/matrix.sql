-- The feedback matrix (contrib/FLOWS.md 1.4), row by row: what a scan is answered decides colour and tone (the page's part is
-- tests/web/page_colour.test.js), and whether the station locks. Each row of the test stands for itself: what it did is undone.
\ir setup.sql
select plan(41);
create temporary table thing (name text primary key, code text);
create function pg_temp.named(name text, code text) returns void language sql as $$ insert into thing values (name, code) $$;
-- "name" by its bars or as it is; "name#2" the square of copy 2; "...@N" at N microseconds by a scanner that tells its times
create function pg_temp.scan_named(what text, token text) returns jsonb language plpgsql as $$
declare
	said text := split_part(what, '@', 1);
	code text := coalesce((select t.code from thing t where t.name = split_part(said, '#', 1)), said);
	began bigint := nullif(split_part(what, '@', 2), '')::bigint;
begin
	if said ~ '#' then
		code := pg_temp.label(code, split_part(said, '#', 2)::int);
	end if;
	return pg_temp.call('scan', token, jsonb_build_object('raw', replace(encode(convert_to(code, 'UTF8'), 'base64'), E'\n', ''),
		'aim', case when said ~ '#' then ']d1' else ']C0' end, 'source', 'usb')
		|| case when began is null then '{}' else jsonb_build_object('device_id', 11, 'evidence', jsonb_build_object('first_us', began, 'last_us', began + 100)) end);
end $$;
-- what the last of these scans is answered; and where it locks, what the OK card, another good code and the same code again, alone, are
create function pg_temp.row_told(who text, scans text) returns text language plpgsql as $$
declare
	what text;
	r jsonb;
	told text;
begin
	begin
		foreach what in array string_to_array(scans, ' ') loop
			r := pg_temp.scan_named(what, who);
		end loop;
		told := pg_temp.says(r);
		if exists (select from clinic.alarm where answered_at is null) then
			told := concat_ws(', ', told, pg_temp.says(pg_temp.scan(pg_temp.card('ok'), who)), pg_temp.says(pg_temp.scan_named('a2#2', who)), pg_temp.says(pg_temp.scan_named(split_part(what, '@', 1), who)));
		end if;
		raise 'undone' using errcode = 'P1234';
	exception when sqlstate 'P1234' then
		return told;
	end;
end $$;

-- ---- the collection station: Ana has a visit of three; the first is on its tube, the second was printed twice and has its
-- second label on it, of the third an extra label was torn up
select pg_temp.drawn('LAB', 'Lou', array['CBC', 'PT', 'GLU']) as lou \gset
select pg_temp.drawn('HOLD', 'Hal', array['CBC', 'PT']) as hal \gset
select pg_temp.drawn('CANCEL', 'Cat', array['CBC']) as cat \gset
select pg_temp.drawn('OTHER', 'Oda', array['CBC']) as oda \gset
select pg_temp.named('l1', pg_temp.tube(:lou, 1)), pg_temp.named('l2', pg_temp.tube(:lou, 2)), pg_temp.named('l3', pg_temp.tube(:lou, 3)), pg_temp.named('h1', pg_temp.tube(:hal, 1)), pg_temp.named('h2', pg_temp.tube(:hal, 2)),
	pg_temp.named('c1', pg_temp.tube(:cat, 1)), pg_temp.named('o1', pg_temp.tube(:oda, 1)), pg_temp.named('unknown', custody.id_next('specimen')) \g /dev/null
select pg_temp.drawn_fast(7, 'FAST') as f \gset
select pg_temp.named('f' || n, t) from unnest(:'f'::text[]) with ordinality x (t, n) \g /dev/null
select code as f1 from thing where name = 'f1' \gset
select code as f2 from thing where name = 'f2' \gset
select code as f7 from thing where name = 'f7' \gset
select pg_temp.event(:'f1', k, '{"copy": 2}') from unnest(array['label_printed', 'labelled', 'collected']) k \g /dev/null
select pg_temp.event(:'f2', 'label_printed', '{"copy": 2}'), pg_temp.event(:'f2', 'label_voided', '{"copy": 2}') \g /dev/null
select pg_temp.call('mistake', 'ana', jsonb_build_object('specimen_id', (select code from thing where name = 'h1'))) \g /dev/null
update clinic.lab_order_test t set state = 'cancelled' from clinic.specimen_test w where w.lab_order_test_id = t.lab_order_test_id and w.specimen_id = (select code from thing where name = 'c1');
-- a tube is late: its delivery is closed. Two bags are at the laboratory, one of them open in Rex's hands; two more are still
-- with the courier, who is at the dock, and one that nobody scanned when it left
select pg_temp.named('bag1', pg_temp.sent(array(select code from thing where name in ('l1', 'l2', 'h1', 'h2', 'c1', 'f1', 'f2', 'f3')))),
	pg_temp.named('bag2', pg_temp.sent(array(select code from thing where name in ('l3')))), pg_temp.named('bag3', pg_temp.sent(array(select code from thing where name in ('f4')))),
	pg_temp.named('bag4', pg_temp.sent(array(select code from thing where name in ('f5')), '{}', null)), pg_temp.named('bag5', pg_temp.sent(array(select code from thing where name in ('f6')))) \g /dev/null
select pg_temp.named('late bag', pg_temp.sent(array[:'f7'])) \g /dev/null
select pg_temp.scan(pg_temp.badge('Cy Courier'), 'rita'), pg_temp.scan((select code from thing where name = 'late bag'), 'rita'), pg_temp.scan(pg_temp.badge('Rita Dock'), 'rita') \g /dev/null
select pg_temp.call('delivery_close', 'rex', jsonb_build_object('delivery', (select delivery from clinic.delivery_open))) \g /dev/null
select pg_temp.scan(pg_temp.badge('Cy Courier'), 'rita') \g /dev/null
select pg_temp.scan(t.code, 'rita') from thing t where t.name in ('bag1', 'bag2') order by t.name \g /dev/null
select pg_temp.scan(pg_temp.badge('Rita Dock'), 'lea') \g /dev/null
select pg_temp.scan(t.code, 'rex') from thing t where t.name = 'bag1' \g /dev/null
select pg_temp.scan_named('l1#1', 'rex') \g /dev/null
-- Ana's own visit, the last thing: it is open
select pg_temp.patient('ADAMS', 'Ada', '1970-02-03', array['CBC', 'PT', 'GLU']) as ada \gset
select pg_temp.printed(:ada) \g /dev/null
select pg_temp.named('a' || n, pg_temp.tube(:ada, n)) from generate_series(1, 3) n \g /dev/null
select pg_temp.call('reprint', 'ana', jsonb_build_object('specimen_id', code, 'reason', 'damaged')) from thing where name in ('a2', 'a3') \g /dev/null
select pg_temp.print(), pg_temp.later('6 seconds') \g /dev/null
select pg_temp.scan_named('a1#1', 'ana'), pg_temp.scan_named('a2#2', 'ana') \g /dev/null
select pg_temp.call('label_end', 'ana', jsonb_build_object('specimen_id', code, 'copy', 2, 'end', 'destroyed')) from thing where name = 'a3' \g /dev/null
select pg_temp.patient('BEN', 'Bo', '1970-02-03', array['CBC']) as bo \gset
select pg_temp.printed(:bo, 'ben') \g /dev/null
select pg_temp.named('b1', pg_temp.tube(:bo, 1)) \g /dev/null

create temporary table matrix (no int generated always as identity, colour text, who text, scans text, told text, why text);
insert into matrix (colour, who, scans, told, why) values
	-- stored OK
	('green', 'ana', 'a3#1', 'stored on_tube', 'a label is on its tube'),
	('green', 'rex', 'l2', 'stored accepted', 'a tube is received'),
	('green', 'lea', 'bag2', 'stored bag_opened', 'a bag is in hand'),
	('green', 'rita', 'bag3', 'stored arrived', 'a bag is at the dock'),
	-- set complete
	('green band', 'ben', 'b1#1', 'complete labels_done', 'the last label of a visit'),
	('green band', 'lea', 'l3', 'complete bag_complete', 'the last of a bag'),
	('green band', 'rita', 'bag3 bag5', 'complete bags_complete', 'the last bag of a courier'),
	-- repeat
	('grey', 'ana', 'a1#1', 'repeat on_tube_already', 'a label that is on its tube'),
	('grey', 'rex', 'l1#1', 'repeat accepted_already', 'a tube that is received'),
	('grey', 'lea', 'l1#1', 'repeat accepted_already', 'at another bench too'),
	('grey', 'rita', 'bag1', 'repeat arrived_already', 'a bag that is here'),
	-- unexpected but accepted
	('amber', 'ana', 'a2#1', 'question old_label', 'an old label: tear it up'),
	('amber', 'ana', 'a2', 'question scan_the_square', 'bars of a tube that has two labels'),
	('amber', 'ana', 'unknown', 'question specimen_unknown', 'a number that nobody knows'),
	('amber', 'ana', '900000000151', 'question misread', 'a misread'),
	('amber', 'rex', 'l3', 'question wrong_bag', 'a tube of another bag'),
	('amber', 'lea', 'f7', 'question late_tube', 'a late tube'),
	('amber', 'lea', 'f4', 'question bag_not_arrived', 'its bag is not here'),
	('amber', 'lea', 'o1', 'question tube_not_packed', 'packed by nobody'),
	('amber', 'rex', 'unknown', 'question unknown_code', 'a number that nobody knows'),
	('amber', 'rex', '900000000151', 'question misread_here', 'an unreadable code'),
	('amber', 'rex', 'c1', 'question order_was_cancelled', 'a cancelled order'),
	('amber', 'rex', 'c1 c1', 'question order_was_cancelled', 'and again: what receiving itself held locks nobody'),
	('amber', 'rex', 'f1#1', 'question old_copy', 'an old copy at the laboratory, alone'),
	('amber', 'rex', 'f2#2', 'question old_copy', 'a label that was given up, at the laboratory'),
	('amber', 'rita', 'bag4', 'question bag_without_pickup', 'a bag that nobody scanned when it left'),
	-- red
	('red', 'ana', 'l3#1', 'stop wrong_patient', 'another patient''s label'),
	('red', 'ana', 'a3#2', 'stop label_void', 'a void label'),
	('red', 'ana', 'h2#1', 'stop tube_on_hold', 'a tube on hold'),
	('red', 'ana', 'a1@1000000 a3#1@1000200', 'stop two_codes', 'one tube with two ids'),
	('red', 'ana', 'a1#1@1000000 a3#1@1000200', 'stop two_in_view', 'two labels in one view'),
	('red', 'ana', 'l1#1', 'stop tube_at_lab', 'two tubes with one id'),
	('red', 'ana', '1010000001560186', 'stop practice_and_real', 'practice and real'),
	('red', 'rex', 'h1', 'stop on_hold', 'a tube on hold'),
	('red', 'rex', 'l2@1000000 f3#1@1000200', 'stop two_codes_here', 'one tube with two ids'),
	('red', 'rex', 'l2@1000000 f3@1000200', 'stop two_in_view_here', 'two labels in one view'),
	('red', 'rex', 'f1#2 f1#1', 'stop two_labels', 'two tubes with one id'),
	('red', 'rex', '1010000001560186', 'stop practice_and_real', 'practice and real'),
	-- not ours to judge
	('none', 'ana', '00312345678906', 'note not_ours', 'a maker''s or a carrier''s number'),
	('none', 'rex', '00312345678906', 'note not_ours', 'at the laboratory too');
select is(pg_temp.row_told(who, scans), told || case colour when 'red' then ', stop locked, stop locked, stop label_or_tube' else '' end,
	format('%s: %s', colour, why)) from matrix order by no;
select is(array_agg(distinct colour || ' ' || split_part(told, ' ', 1) order by colour || ' ' || split_part(told, ' ', 1)),
	'{"amber question","green band complete","green stored","grey repeat","none note","red stop"}', 'one verdict, one colour') from matrix;
select * from finish();
