-- Plain words of replies about printers' health.
insert into clinic.message (code, lang, title, "do") values
	('pattern_prints', 'en', 'The test pattern prints on {printer}', 'Look at its black bars: is there a white line in them?'),
	('pattern_no_printer', 'en', 'No such printer', 'Open the list again.'),
	('pattern_not_out', 'en', 'The test pattern of {printer} did not go to the printer yet', 'Look at the printer.'),
	('pattern_answered_already', 'en', 'That test pattern of {printer} was answered before', ''),
	('pattern_clean', 'en', '{printer}: no white lines', ''),
	('pattern_lines', 'en', '{printer}: white lines', 'Clean the head as its maker says and print the pattern again. If they stay, have the head replaced.')
on conflict (code, lang) do update set title = excluded.title, "do" = excluded."do";
