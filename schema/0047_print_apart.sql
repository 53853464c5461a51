-- Slips and bags' labels that failed, or of which nobody knows, by when that came about: clinic.print_apart_asked.

create index print_job_apart_idx on clinic.print_job (station_id, state_at)
	where kind in ('slip', 'bag') and state in ('failed', 'unknown') and told_at is null;
