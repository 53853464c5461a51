-- Plain words of replies about pages and the codes that bind them.
insert into clinic.message (code, lang, title, "do") values
	('page_code_opened', 'en', 'A code for a new page of {station}', 'Type or scan it on the new page within five minutes.'),
	('page_code_cancelled', 'en', 'No new page was let in', ''),
	('page_code_idle', 'en', 'No code is open', ''),
	('page_code_wrong', 'en', 'That code is not good, or not any more', 'Ask for a new one: Set up, Pages.'),
	('page_bound', 'en', 'This page belongs to {name} now', 'Scan your badge.'),
	('page_taken_away', 'en', 'That page does not belong to {station} any more', 'Whoever was signed in on it is signed out.'),
	('page_unknown', 'en', 'That page is not known', 'Read the list again.'),
	('page_kept', 'en', 'That page of {station} stays', ''),
	('page_kept_already', 'en', 'That page of {station} stays already', ''),
	('page_keep_pin', 'en', 'Your PIN is needed for this', 'Sign out wherever you are signed in. Then scan your badge here and type your PIN.'),
	('page_gone', 'en', 'That page was taken away already', '')
on conflict (code, lang) do update set title = excluded.title, "do" = excluded."do";
