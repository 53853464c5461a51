-- These functions are told more than before: two labels in one view (clinic/scan_accept.sql), which visit is parked.

drop function if exists clinic.scan_beside(clinic.scan, text, text);
drop function if exists clinic.scan_locked(clinic.actor, text, text, jsonb);
drop function if exists clinic.lab_disagrees(clinic.actor, clinic.scan, text, text, text[]);
drop function if exists clinic.visit_parked(clinic.actor);
