-- Plain words of replies about enrolment of scanners, and of scanners that are not what they were.
insert into clinic.message (code, lang, title, "do") values
	('enrol_opened', 'en', 'Scan the code on this screen with the new scanner', 'Only that scanner, and within three minutes.'),
	('enrol_not_here', 'en', 'That scanner is not plugged in any more', 'Plug it in, wait until it is in the list, and begin again.'),
	('enrol_no_kind', 'en', 'That device is no scanner that is known here', 'Set it to ''USB HID POS'' by the code in its maker''s manual, and plug it in again.'),
	('enrol_busy', 'en', 'A scanner is being enrolled at {station}', 'Wait until that is over: three minutes at most.'),
	('enrol_cancelled', 'en', 'No scanner was enrolled', 'If it shall type elsewhere, unplug it and plug it in again.'),
	('enrol_idle', 'en', 'No scanner is being enrolled here', ''),
	('enrol_over', 'en', 'The time for that code is over', 'Begin again: there will be a new code.'),
	('enrol_reads_otherwise', 'en', 'Not yet: {says}', '{hint}'),
	('enrolled', 'en', '{scanner} belongs to {station} now', 'Try it: scan any label.'),
	('enrol_code_used', 'en', 'A used enrolment code', 'It is good for nothing any more.'),
	('enrol_by_another', 'en', 'Another scanner read the code', 'Scan it with the one that was picked. If that is in your hand, wait a moment and scan again.'),
	('scanner_changed', 'en', '{scanner} was changed by a configuration code, and is not used', 'An administrator enrols it again: Scanners, Enrol at this station.'),
	('device_not_plugged', 'en', 'not plugged in', 'Plug it in.'),
	('device_in_enrolment', 'en', '{device} is being enrolled, and not used until that is over', 'Three minutes at most.'),
	('device_deaf', 'en', '{device} is plugged in, and not used', '{problem}'),
	('device_opening', 'en', 'plugged in, and not used yet', 'Wait a moment. If it stays so, unplug it and plug it in again.'),
	('device_faults_loose', 'en', '{device} loses its connection: {n} times in two days', 'Push its plugs in at both ends. Plug it into another socket, of the computer itself and not of a hub. If it goes on, take another cable, then another device.'),
	('device_faults_bus', 'en', '{device} breaks off what it sends: {n} times in two days', 'Plug it into another socket, of the computer itself and not of a hub. If it goes on, take another cable, then another device.'),
	('device_faults_garbled', 'en', '{device} sends what makes no sense: {n} times in two days', 'An administrator enrols it again: Scanners, Enrol at this station. If it goes on, take another cable, then another device.'),
	('scanner_moved', 'en', '{scanner} is in another socket than before', 'Nothing to do if you moved it yourself.')
on conflict (code, lang) do update set title = excluded.title, "do" = excluded."do";
