-- Which devices the bench gets is said by clinic.devices_listed now (schema/clinic/enrol.sql): one that is not what was enrolled is among
-- them, so that the bench holds it.
drop function if exists clinic.device_is_used(clinic.device);
