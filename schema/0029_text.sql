-- Names in any script (LB-03): how a label spells a name that no font can write, once somebody has looked at it; names
-- are compared in Unicode's normal form C, and stored as they came.
create table clinic.name_spelling (          -- insert-only: a person said that this spelling of this very name is right
	name_spelling_id bigint generated always as identity,
	patient_id bigint not null,
	family text not null,                    -- the name as it was stored then
	given text not null,
	middle text not null,
	spelled_family text not null,            -- as labels have it (printers/page/shown.h)
	spelled_given text not null,
	spelled_middle text not null,
	at timestamptz not null default clock_timestamp(),
	operator_id bigint not null,
	station_id bigint,
	constraint name_spelling_pkey primary key (name_spelling_id),
	constraint name_spelling_patient_fkey foreign key (patient_id) references clinic.patient,
	constraint name_spelling_operator_fkey foreign key (operator_id) references clinic.operator,
	constraint name_spelling_spelled_check check (spelled_family || spelled_given || spelled_middle <> ''
		and octet_length(spelled_family) <= 640 and octet_length(spelled_given) <= 640 and octet_length(spelled_middle) <= 640)
);
create index name_spelling_patient_idx on clinic.name_spelling (patient_id);

alter table clinic.print_job add column spelling jsonb; -- {family, given, middle}: failed for want of somebody who looks at it
alter table clinic.print_job add column spelled boolean not null default false; -- the label was drawn with a spelling

drop index clinic.patient_name_idx;
create index patient_name_idx on clinic.patient (lower(normalize(family)), lower(normalize(given)));
