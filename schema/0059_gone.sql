-- What stopped a station may be gone before it was scanned again (clinic/visit_answer.sql).
-- other_at: since when the second of two that a bench held up was seen alone, before the first.
alter table clinic.alarm add column other_at timestamptz;
alter table clinic.alarm drop constraint alarm_choice_check;
alter table clinic.alarm add constraint alarm_choice_check check (choice in ('label_removed', 'tube_set_aside', 'scanned_alone', 'read_together', 'gone'));
