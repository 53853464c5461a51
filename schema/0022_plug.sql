-- Which printer the counter before a label was read from: a counter proves something only of that one. Of jobs from
-- before nobody knows it, so no counter settles them.
alter table clinic.print_job add column plug text;
