-- A page that somebody bound to a station is not the station itself: it is nobody until a person signs in on it.

alter table clinic.session drop constraint session_kind_check;
alter table clinic.session add constraint session_kind_check check (kind in ('core', 'mllp', 'station', 'page', 'operator'));
-- which page: where somebody gave a PIN once, a badge may be enough later
alter table clinic.sign_in add column session_id bigint;
create index sign_in_session_idx on clinic.sign_in (session_id) where opened and pin_needed;

-- Pages and stations were of one kind before: pages are bound again, the core opens its stations at each start.
update clinic.session set closed_at = now() where kind = 'station' and closed_at is null;
drop function if exists clinic.station_session(uuid, text, jsonb);
drop function if exists clinic.pin_needed(bigint, bigint);
