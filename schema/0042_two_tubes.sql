-- Two tubes with one number are on the clinic's list of what went wrong (clinic/setback.sql).
create index event_duplicate_idx on custody.event (event_id) where kind = 'held' and body like '%"why": "duplicate"%';
