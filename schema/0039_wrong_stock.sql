-- Other labels than a printer is set up for are trouble of their own (clinic.printer_trouble).
alter table clinic.printer_hold drop constraint printer_hold_why_check;
alter table clinic.printer_hold add constraint printer_hold_why_check check (why in
	('jam', 'head_open', 'media_out', 'wrong_stock', 'ribbon_out', 'fault', 'silent', 'power_cycle', 'separator'));
