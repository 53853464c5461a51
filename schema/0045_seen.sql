-- Has a laboratory seen this tube (clinic.tube_was_seen)? Asked of each tube of a bag at each scan at a receiving bench: answered
-- without reading the events of those that it has not.
create index event_seen_idx on custody.event (subject)
	where kind in ('accepted', 'rejected') or kind in ('held', 'scanned') and body like '%"at": "lab"%';
