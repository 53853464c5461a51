-- Plain words of replies about rules of codes.
insert into clinic.message (code, lang, title, "do") values
	('scan_rule_no_sense', 'en', 'That is no rule', 'Choose the code, and whole numbers from 1 to 100 for its length.'),
	('scan_rule_no_reason', 'en', 'A rule needs its reason', 'Say in a few words why: the next person reads it.'),
	('scan_rule_look', 'en', 'Look first: of the last seven days it refuses {n|scan|scans}, {good} of them good', 'If that is meant, make it a rule; else go back.'),
	('scan_rule_set', 'en', 'The rule holds from now on', 'Scan such a code to try it.'),
	('scan_rule_ended', 'en', 'The rule is no more', '')
on conflict (code, lang) do update set title = excluded.title, "do" = excluded."do";
