-- Plain words of replies about pass-through.
insert into clinic.message (code, lang, title, "do") values
	('passed_on', 'en', 'Handed on', ''),
	('passed_on_already', 'en', 'That was told already', ''),
	('not_passed_on', 'en', 'Tube {specimen_id} is stored here, but was not handed on: {why}', 'Enter it in the laboratory''s system by hand. {hint}'),
	('pass_came_back', 'en', 'The number {specimen_id} was typed into this page', 'Stored here already. Put the laboratory''s system in front, and enter that tube there.'),
	('pass_no_station', 'en', 'That station is not known', 'Choose one of the list.'),
	('pass_no_way', 'en', 'Codes can not be handed on like that', 'Choose the way, the keyboard and what follows a code from the lists.'),
	('pass_no_target', 'en', 'That is no serial line and no address', 'A line is like /dev/ttyUSB0, an address like tcp:192.0.2.7:9100.'),
	('pass_taken', 'en', '{station} hands its codes on by that way', 'Switch it off there first: numbers of two stations would run into each other.'),
	('pass_same', 'en', '{station} is set up so already', ''),
	('pass_is_on', 'en', '{station} hands its codes on', 'Scan a label to try it, and look whether the number comes out there.'),
	('pass_is_off', 'en', '{station} hands nothing on', '')
on conflict (code, lang) do update set title = excluded.title, "do" = excluded."do";
