-- Names that become the same on a label (LB-03), found without reading every patient; failed slips that somebody was told of.
create index patient_short_name_idx on clinic.patient (left(lower(normalize(family)), 6), left(lower(normalize(given)), 3));
create index name_spelling_short_idx on clinic.name_spelling (left(lower(spelled_family), 6), left(lower(spelled_given), 3));

alter table clinic.print_job add column told_at timestamptz; -- of a slip that failed: its person said that it need not print
