-- What analyzers can read (LB-05): a laboratory with one that can not read our container ids is no destination.
create table clinic.analyzer (               -- models; those that ship are facts with their source, a site adds its own
	analyzer_id bigint generated always as identity,
	vendor text not null,
	model text not null,
	min_chars int not null default 1,        -- of a container id, without the symbol's own check
	max_chars int,                           -- null: the maker states none
	even_only boolean not null default false, -- an odd count is not read
	symbologies text[] not null default '{CODE128}',
	source text not null,                    -- the document that says so, or who measured it
	shipped boolean not null default false,
	at timestamptz not null default clock_timestamp(),
	operator_id bigint,                      -- null: shipped
	constraint analyzer_pkey primary key (analyzer_id),
	constraint analyzer_model_key unique (vendor, model),
	constraint analyzer_operator_fkey foreign key (operator_id) references clinic.operator,
	constraint analyzer_words_check check (vendor <> '' and model <> '' and source <> ''
		and octet_length(vendor) <= 100 and octet_length(model) <= 100 and octet_length(source) <= 500),
	constraint analyzer_chars_check check (min_chars between 1 and 100 and coalesce(max_chars, 100) between min_chars and 100),
	constraint analyzer_symbologies_check check (cardinality(symbologies) > 0
		and symbologies <@ array['CODE128', 'CODE39', 'CODABAR', 'ITF', 'DATAMATRIX', 'QR'])
);

-- contrib/DOMAIN.md 2.1. Where a model reads fewer letters than digits (Navios) it is the digits: our ids have no letter.
insert into clinic.analyzer (vendor, model, min_chars, max_chars, even_only, source, shipped) values
	('Beckman Coulter', 'Navios', 3, 16, true, 'Navios instructions for use p. 527 (manualshive): Code 128C 16 digits, 15 is invalid; Code 128B 8 letters', true),
	('BD', 'Totalys', 1, 22, false, 'Totalys manual p. 275 (manualslib 942991)', true),
	('Mindray', 'CAL-8000', 1, 20, false, 'CAL-8000 manual p. 120 (easymanua.ls)', true),
	('Roche', 'cobas p 512', 1, 24, false, 'cobas p 512 manual p. 33 and 248 (easymanua.ls)', true),
	('Roche', 'COBAS INTEGRA 400', 1, 15, false, 'INTEGRA 400 manual p. 193 (easymanua.ls): order number 15, sample type 3', true),
	('Roche', 'Urisys 2400', 4, 12, false, 'Urisys 2400 manual p. 151 (easymanua.ls): Code 128 4 to 12 digits', true),
	('Sysmex', 'SF-3000', 1, 13, false, 'SF-3000 manual (easymanua.ls)', true),
	('Sysmex', 'XF-1600', 1, 22, false, 'XF-1600 manual p. 42 (caja-pdf)', true),
	('Sysmex', 'XP-300', 1, 15, false, 'XP-300 manual (easymanua.ls)', true);

create table clinic.lab_analyzer (           -- which models a destination laboratory has
	lab_id bigint not null,
	analyzer_id bigint not null,
	at timestamptz not null default clock_timestamp(),
	operator_id bigint not null,
	constraint lab_analyzer_pkey primary key (lab_id, analyzer_id),
	constraint lab_analyzer_lab_fkey foreign key (lab_id) references clinic.lab,
	constraint lab_analyzer_analyzer_fkey foreign key (analyzer_id) references clinic.analyzer,
	constraint lab_analyzer_operator_fkey foreign key (operator_id) references clinic.operator
);
