-- A tote is used again for years: its newest events are found without reading the others.
create index event_recorded_idx on custody.event (subject, recorded_at desc, event_id desc);
