-- Plain words of replies about templates.
insert into clinic.message (code, lang, title, "do") values
	('template_name', 'en', 'That is no name for a template', 'Use 1 to 32 of a to z, 0 to 9 and _.'),
	('template_body', 'en', 'This text is no template', 'It is a JSON object of at most 64 kB.'),
	('template_name_differs', 'en', 'The text has another name than {template}', 'Correct "name" in the text.'),
	('template_subject', 'en', '{template} is for a {subject}', 'Correct "subject" in the text, or give the template a name of its own.'),
	('template_same', 'en', 'That is version {version} already', ''),
	('template_stored', 'en', '{template}, version {version} is stored', 'Run the golden set. It prints nothing until it is published.'),
	('template_unknown', 'en', 'No such version of a template', 'Open the list again.'),
	('template_published_already', 'en', '{template}, version {version} was published before', ''),
	('template_newer_live', 'en', '{template}: version {live} is live, and is newer', 'Store the text again: it becomes a version of its own.'),
	('template_not_tried', 'en', '{template}, version {version} was not tried with the golden set', 'Run the golden set first.'),
	('template_failed_golden', 'en', '{template}, version {version} fails the golden set: {failed|label is|labels are} not good', 'Correct the text and store it again.'),
	('template_published', 'en', '{template}, version {version} is live', 'Labels that were asked for before keep their version.'),
	('template_other_text', 'en', '{template}, version {version} has another text than the one that was tried', 'Run the golden set again.'),
	('template_passed', 'en', '{template}, version {version} passes the golden set: {cases|label|labels}', 'It can be published.'),
	('template_failed', 'en', '{template}, version {version} fails the golden set: {failed|label is|labels are} not good', 'Correct the text and store it again.')
on conflict (code, lang) do update set title = excluded.title, "do" = excluded."do";
