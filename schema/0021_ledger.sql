-- What a span of time brought is read without the years before it: events are stored in about the order of their time.
-- What is older than a span is in ranges of pages that are not read.
create index event_recorded_range_idx on custody.event using brin (recorded_at) with (autosummarize = on);
drop function if exists clinic.ledger_outcome(text, boolean, boolean);
