-- The laboratory: what a scan at a receiving station means.

create or replace function clinic.lab_scan(actor clinic.actor, s clinic.scan, code text, kind text, about jsonb)
returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	if kind = 'badge' then
		return clinic.scan_badge(actor, code, about);
	elsif kind is not null then
		return clinic.judged('note', 'not_here', jsonb_build_object('kind', kind), null, about);
	end if;
	return clinic.scan_other(actor, code, about || '{"kind": "other"}');
end $$;
