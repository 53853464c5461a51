-- The practice clinic: a small site to try everything on (contrib/DESIGN.md 7). Applied by
-- `specimend init --practice` into an empty practice database; people are added by `specimend operator`.
do $$
declare
	lab bigint := custody.row_id(nextval('clinic.catalogue_seq'));
	station bigint;
	item record;
begin
	if not custody.is_practice() then
		raise exception 'the practice clinic belongs into a practice database';
	end if;
	if exists (select 1 from clinic.station) then
		return;
	end if;

	insert into clinic.lab (lab_id, node, name, account) values (lab, 0, 'Riverside Reference Laboratory', 'ACC 4410');

	insert into clinic.container_type (container_type_id, code, name, kind, cap, cap_colour, additive, order_of_draw,
		order_of_draw_capillary, fill_ul, handling, next_place, next_within_min)
	select custody.row_id(nextval('clinic.catalogue_seq')), x.* from (values
		('CIT27', 'CITRATE 2.7 mL', 'tube', 'LIGHT BLUE', '#8ec9ea', 'C32', 2, 6, 2700,
			'Fill to the line. Turn 4 times.', 'RACK', null::int),
		('SST5', 'SST 5 mL', 'tube', 'GOLD', '#d9a521', 'SST', 3, 7, 4000,
			'Turn 5 times. Let it clot 30 minutes, then spin.', 'SPIN', 60),
		('HEP4', 'LI HEPARIN 4 mL', 'tube', 'GREEN', '#2e8b57', 'HEPL', 4, 3, 3500, 'Turn 8 times.', 'RACK', null),
		('EDTA4', 'EDTA 4 mL', 'tube', 'LAVENDER', '#a384c9', 'EDTK', 5, 2, 3500, 'Turn 8 times.', 'RACK', null),
		('NAF2', 'FLUORIDE 2 mL', 'tube', 'GRAY', '#8b8f94', 'NAF', 6, 4, 1800, 'Turn 8 times.', 'RACK', null),
		('CUP', 'URINE CUP 90 mL', 'cup', 'YELLOW', '#f2d23c', 'NONE', 20, 20, 60000,
			'Label the cup, not the lid.', 'FRIDGE', 120),
		('URC4', 'URINE CULTURE 4 mL', 'tube', 'GRAY', '#8b8f94', 'BOR', 21, 21, 4000,
			'Boric acid: fill exactly to the line. Turn 8 times.', 'RACK', null),
		('UA8', 'URINALYSIS 8 mL', 'tube', 'YELLOW', '#f2d23c', 'NONE', 22, 22, 8000,
			'No preservative: fill to the line.', 'FRIDGE', 120),
		('MIC05', 'MICRO EDTA 0.5', 'small_tube', 'LAVENDER', '#a384c9', 'EDTK', 5, 2, 500, 'Turn 8 times.', 'RACK', null),
		('FORM20', 'FORMALIN 20 mL', 'jar', 'WHITE', '#f4f4f0', 'F10', 30, 30, 20000, 'Tissue in, close tight. Label the jar, not the lid.', 'RACK', null)
	) x;
	update clinic.container_type c set filled_from = cup.container_type_id, transfer_within_min = 120
	from clinic.container_type cup where cup.code = 'CUP' and c.code in ('URC4', 'UA8');

	insert into clinic.test (test_id, code, name, label_text, container_type_id, volume_ul, specimen_type, lab_id, temperature,
		sensitive, second_person, favourite)
	select custody.row_id(nextval('clinic.catalogue_seq')), x.code, x.name, x.label_text, c.container_type_id, x.volume_ul,
		x.specimen_type, lab, x.temperature, x.sensitive, x.second_person, x.favourite
	from (values
		('CBC', 'Complete blood count', 'CBC', 'EDTA4', 1500, 'WB', 'AMB', false, false, true),
		('A1C', 'Haemoglobin A1c', 'A1C', 'EDTA4', 500, 'WB', 'AMB', false, false, true),
		('CMP', 'Comprehensive metabolic panel', 'CMP', 'SST5', 1000, 'SER', 'REF', false, false, true),
		('TSH', 'Thyroid stimulating hormone', 'TSH', 'SST5', 500, 'SER', 'REF', false, false, true),
		('LIPID', 'Lipid panel', 'LIPID', 'SST5', 500, 'SER', 'REF', false, false, true),
		('PT', 'Prothrombin time, INR', 'PT', 'CIT27', 2700, 'PLAS', 'AMB', false, false, true),
		('GLU', 'Glucose', 'GLU', 'NAF2', 500, 'PLAS', 'AMB', false, false, false),
		('NH3', 'Ammonia', 'NH3', 'HEP4', 1000, 'PLAS', 'FRZ', false, false, false),
		('HIV', 'HIV antigen and antibody', '', 'SST5', 1000, 'SER', 'REF', true, false, false),
		('ABO', 'Blood group', 'ABO', 'EDTA4', 2500, 'WB', 'AMB', false, true, false),
		('MACR', 'Microalbumin / creatinine ratio, urine', 'MACR', 'CUP', 10000, 'UR', 'REF', false, false, true),
		('UA', 'Urinalysis', 'UA', 'UA8', 8000, 'UR', 'REF', false, false, true),
		('UCUL', 'Urine culture', 'UCUL', 'URC4', 4000, 'URC', 'AMB', false, false, true),
		('RETI', 'Reticulocytes, capillary', 'RETI', 'MIC05', 250, 'WB', 'AMB', false, false, false),
		('HISTO', 'Histology', 'HISTO', 'FORM20', 20000, 'TISS', 'AMB', false, false, false)
	) x (code, name, label_text, container, volume_ul, specimen_type, temperature, sensitive, second_person, favourite)
	join clinic.container_type c on c.code = x.container;

	update clinic.test t set sign = true where t.code = 'ABO'; -- whoever draws it signs the tube

	-- our own codes are understood from every sender; the rest is taught by a person (order_mend)
	insert into clinic.test_code (sender, code, test_id) select '*', t.code, t.test_id from clinic.test t;
	insert into clinic.test_code (sender, code, test_id)
	select '*', x.code, t.test_id
	from (values ('58410-2', 'CBC'), ('4548-4', 'A1C'), ('24323-8', 'CMP'), ('3016-3', 'TSH'), ('57698-3', 'LIPID'),
		('5902-2', 'PT'), ('2345-7', 'GLU'), ('14959-1', 'MACR'), ('24356-8', 'UA'), ('630-4', 'UCUL'), ('882-1', 'ABO'))
		x (code, test) join clinic.test t on t.code = x.test;

	for item in select * from (values ('Room 1', 'rooms'), ('Room 2', 'rooms')) x (name, room_group) loop
		station := custody.row_id(nextval('clinic.station_seq'));
		insert into clinic.station (station_id, code, name, kind, room_group)
		values (station, custody.id_next('station'), item.name, 'collection', item.room_group);
		insert into clinic.device (kind, transport, identity, name, station_id, language, resolution_dpi, width_um, height_um)
		values ('printer', 'virtual', 'virtual:printer:' || item.name, item.name || ' printer', station, 'zpl',
			case item.name when 'Room 1' then 203 else 300 end, 50800, 25400);
		insert into clinic.device (kind, transport, identity, name, station_id)
		values ('scanner', 'virtual', 'virtual:scanner:' || item.name, item.name || ' scanner', station);
	end loop;

	-- a courier's phone, and the laboratory: its dock and two benches
	for item in select * from (values ('Courier phone', 'pickup', 'road'), ('Lab dock', 'receiving', 'lab'),
		('Lab bench 1', 'receiving', 'lab'), ('Lab bench 2', 'receiving', 'lab')) x (name, kind, room_group) loop
		station := custody.row_id(nextval('clinic.station_seq'));
		insert into clinic.station (station_id, code, name, kind, room_group)
		values (station, custody.id_next('station'), item.name, item.kind, item.room_group);
		insert into clinic.device (kind, transport, identity, name, station_id)
		values ('scanner', 'virtual', 'virtual:scanner:' || item.name, item.name || ' scanner', station);
	end loop;

	insert into clinic.place (place, name, kind)
	select custody.id_next('place'), x.name, x.kind
	from (values ('Lockbox at the back door', 'lockbox'), ('Fridge 1', 'fridge'), ('Freezer 1', 'freezer'),
		('Hub shelf', 'hub')) x (name, kind);
	insert into clinic.stop (stop, name, lockbox)
	values (custody.id_next('stop'), 'Riverside Clinic', (select p.place from clinic.place p where p.kind = 'lockbox'));
end $$;
