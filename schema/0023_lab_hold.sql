-- Holds that came from elsewhere have a row on the questions list, as every other item (clinic/lab_tube.sql); those of before too.
drop function if exists clinic.delivery_counts(text);
drop function if exists clinic.lab_questions(text[]);
drop function if exists clinic.stop_bags(text);
drop function if exists clinic.delivery_tubes(text);
insert into clinic.lab_question (event_id, subject, kind)
	select h.event_id, h.subject, 'held' from (
		select distinct on (e.subject) e.event_id, e.subject, e.body from custody.event e
		join custody.head s on s.subject = e.subject and s.moving_event_id = e.event_id and s.moving_kind = 'held'
		where e.kind = 'held' and e.subject ~ '^[0-9]' order by e.subject, e.recorded_at desc, e.event_id desc) h
	where h.body not like '%"at": "lab"%' and exists (select 1 from custody.event x
		where x.subject = h.subject and (x.kind in ('accepted', 'rejected') or x.kind in ('held', 'scanned') and x.body like '%"at": "lab"%'))
	on conflict do nothing;
