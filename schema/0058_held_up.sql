-- Two labels that the bench may have held up (clinic/scan_accept.sql): their alarm is over when both were scanned again, without a choice.
alter table clinic.alarm drop constraint alarm_choice_check;
alter table clinic.alarm add constraint alarm_choice_check check (choice in ('label_removed', 'tube_set_aside', 'scanned_alone', 'read_together'));
