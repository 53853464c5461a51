-- Jars (biopsies): where what is in it was taken from, and its letter within the visit (clinic/jar.sql).
create table clinic.jar (                    -- local, with its visit
	specimen_id text not null,
	letter text not null,                    -- A, B ... in order of number; behind Z the number
	site text not null default '',           -- as on the label; '': nobody said it yet, and no label prints
	side text not null default '',
	said_at timestamptz,
	said_by bigint,                          -- null: the order said it
	constraint jar_pkey primary key (specimen_id),
	constraint jar_specimen_fkey foreign key (specimen_id) references clinic.specimen,
	constraint jar_site_check check (char_length(site) <= 48),
	constraint jar_side_check check (side in ('', 'LEFT', 'RIGHT', 'BOTH'))
);
