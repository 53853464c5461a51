-- Unusual identities (LB-02): one name only, a name that may be a placeholder, a birth date that is not wholly known. Labels
-- print once somebody asked for one more identifier.
create table clinic.unusual_confirmed (      -- insert-only: who said in this visit that these very data are right, and by what
	unusual_confirmed_id bigint generated always as identity,
	visit_id bigint not null,
	patient_id bigint not null,
	family text not null,                    -- as they were stored then; others are asked about anew
	given text not null,
	middle text not null,
	birth text not null,                     -- YYYY-MM-DD, YYYY-MM, YYYY or nothing
	facts text[] not null,                   -- what was unusual: one_name, name, birth_part, birth
	identifier_kind text not null,
	identifier text not null,                -- as it was typed or scanned; a patient number was compared with ours
	at timestamptz not null default clock_timestamp(),
	operator_id bigint not null,
	station_id bigint,
	constraint unusual_confirmed_pkey primary key (unusual_confirmed_id),
	constraint unusual_confirmed_visit_fkey foreign key (visit_id) references clinic.visit,
	constraint unusual_confirmed_patient_fkey foreign key (patient_id) references clinic.patient,
	constraint unusual_confirmed_operator_fkey foreign key (operator_id) references clinic.operator,
	constraint unusual_confirmed_facts_check check (facts <> '{}'),
	constraint unusual_confirmed_kind_check check (identifier_kind in ('patient_number', 'address', 'phone', 'mother', 'document')),
	constraint unusual_confirmed_identifier_check check (octet_length(identifier) between 2 and 320)
);
create index unusual_confirmed_visit_idx on clinic.unusual_confirmed (visit_id);

create table clinic.unusual_second (         -- insert-only: who looked at it as well, where the site asks for two
	unusual_confirmed_id bigint not null,
	at timestamptz not null default clock_timestamp(),
	operator_id bigint not null,
	station_id bigint,
	constraint unusual_second_pkey primary key (unusual_confirmed_id),
	constraint unusual_second_confirmed_fkey foreign key (unusual_confirmed_id) references clinic.unusual_confirmed,
	constraint unusual_second_operator_fkey foreign key (operator_id) references clinic.operator
);
