-- Plain words of replies about papers and supplies.
insert into clinic.message (code, lang, title, "do") values
	('paper_unknown', 'en', 'There is no such paper', 'Load the page again.'),
	('paper_off', 'en', 'This laboratory does not want that paper', 'Nothing is missing. Policy papers says which it wants.'),
	('paper_bag_open', 'en', 'This bag is not closed', 'Close it first: only then it is known what is in it.'),
	('paper_bag_unknown', 'en', 'What is in this bag is not known here', 'The laboratory scans every tube of it.'),
	('paper_too_long', 'en', 'There is too much in this bag for one paper', 'Print requisitions by visit.'),
	('paper_visit_open', 'en', 'This visit is not finished', 'Close it first.'),
	('paper_nothing_drawn', 'en', 'Nothing was drawn in this visit', ''),
	('paper_made', 'en', 'The paper is made', ''),
	('stock_what', 'en', 'That is nothing that can be printed here', 'Load the page again.'),
	('stock_count', 'en', 'Print 1 to {limit} at once', ''),
	('stock_printer', 'en', 'This printer is not in use', 'Choose another one.'),
	('stock_operator', 'en', 'This person has no badge here', 'Choose a person who works here.'),
	('stock_busy', 'en', '{waiting|label waits|labels wait} at this printer already', 'Wait until they are out.'),
	('stock_prints', 'en', '{n|label is|labels are} on the way to {printer}', 'Patients'' labels go first.'),
	('stock_badge_prints', 'en', 'The new badge of {name} prints at {printer}', 'The badge before it opens nothing any more; {name} signs in with the new one and the PIN.'),
	('downtime_unassigned', 'en', 'Downtime label {text} belongs to no patient yet', 'Keep the tube with its form: it goes to QUESTIONS until it is entered.')
on conflict (code, lang) do update set title = excluded.title, "do" = excluded."do";
