-- Whose bench a label was given (daemon/core/host.h): of several cores on one database each has its own, and what another
-- host's may still print is not printed again. Of jobs from before nobody knows it.
alter table clinic.print_job add column host text;
