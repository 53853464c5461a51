-- Printed ids, the same as daemon/base/id.c: both pass tests/data/id/vectors.tsv.
-- Source: ISO/IEC 7064:2003 MOD 97-10.

create or replace function custody.id_letter(kind text) returns text
language sql immutable parallel safe
return case kind
	when 'bag' then 'B' when 'delivery' then 'D' when 'enrolment code' then 'E' when 'FOUND sticker' then 'F'
	when 'badge' then 'G' when 'command card' then 'K' when 'place' then 'L' when 'stop' then 'P'
	when 'station' then 'T' when 'visit slip' then 'V' when 'specimen' then '' when 'label' then '' end;

create or replace function custody.id_kind_of_letter(letter text) returns text
language sql immutable parallel safe
return case letter
	when 'B' then 'bag' when 'D' then 'delivery' when 'E' then 'enrolment code' when 'F' then 'FOUND sticker'
	when 'G' then 'badge' when 'K' then 'command card' when 'L' then 'place' when 'P' then 'stop'
	when 'T' then 'station' when 'V' then 'visit slip' end;

-- The text with its two check digits behind it: the first character may be a capital letter (A = 10).
create or replace function custody.id_checked(text text) returns text
language sql immutable parallel safe
return text || lpad((98 - (case when text >= 'A' then (ascii(text) - 55)::text || substr(text, 2) else text end)::bigint * 100 % 97)::text, 2, '0');

create or replace function custody.id_make(kind text, block int, sequence bigint, copy int default 0) returns text
language plpgsql immutable parallel safe security definer set search_path = pg_catalog, pg_temp
as $$
declare
	made text;
begin
	if custody.id_letter(kind) is null then
		raise '''%'' is not a kind of id', kind;
	elsif block is null or block not between 0 and 999 then
		raise 'id block % is not from 0 to 999', block;
	elsif sequence is null or sequence not between 0 and 9999999 then
		raise 'id sequence % has more than 7 digits', sequence;
	elsif copy is null or (kind = 'label') <> (copy between 1 and 99) or (kind <> 'label' and copy <> 0) then
		raise 'copy % does not fit a %', copy, kind;
	end if;
	made := custody.id_checked(custody.id_letter(kind) || lpad(block::text, 3, '0') || lpad(sequence::text, 7, '0'));
	if kind = 'label' then
		made := custody.id_checked(made || lpad(copy::text, 2, '0'));
	end if;
	return made;
end
$$;

-- Reads exactly one id; kind is null when the text is not one of ours. Its check digits are made again and compared, so
-- that second spellings of them (00, 01, 99) are refused as in C.
create or replace function custody.id_parse(text text, out kind text, out block int, out sequence bigint,
	out copy int, out specimen_id text)
language plpgsql immutable parallel safe security definer set search_path = pg_catalog, pg_temp
as $$
declare
	-- without a regular expression: nine ids are read at each scan, and one costs as much as the rest
	digits text := ltrim(text, 'BDEFGKLPTV');
	length int := length(text);
begin
	if translate(digits, '0123456789', '') <> '' then
		return;
	elsif length = 12 and length(digits) = 12 then
		kind := 'specimen';
	elsif length = 16 and length(digits) = 16 and substr(text, 13, 2) <> '00' then
		kind := 'label';
	elsif length = 13 and length(digits) = 12 then
		kind := custody.id_kind_of_letter(left(text, 1));
	else
		return;
	end if;
	block := left(digits, 3);
	sequence := substr(digits, 4, 7);
	copy := case when kind = 'label' then substr(digits, 13, 2)::int else 0 end;
	if custody.id_checked(left(text, -2)) <> text or kind = 'label' and custody.id_checked(left(text, 10)) <> left(text, 12) then
		kind := null;
		block := null;
		sequence := null;
		copy := null;
		return;
	end if;
	specimen_id := case when kind in ('specimen', 'label') then left(text, 12) end;
end
$$;

-- May this id be used here: practice ids only in practice, real ones only in a real node. Command cards
-- are the same everywhere. Null when it is not an id.
create or replace function custody.id_is_for_here(text text) returns bool
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
	id record := custody.id_parse(text);
begin
	return case when id.kind = 'command card' then true
		when id.kind is not null then (id.block >= 900) = custody.is_practice() end;
end
$$;

-- Where the number v of a kind's sequence lies in this node's blocks, in the order they were allotted.
create or replace function custody.id_place(v bigint, out block int, out sequence bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
	select b.block, b.first + v - b.before - 1
	from (select block, first, last, allotted,
			coalesce(sum(last - first + 1) over (order by allotted rows between unbounded preceding and 1 preceding), 0)::bigint as before
		from custody.id_block where node = (select node from custody.self)) b
	where v > b.before and v <= b.before + b.last - b.first + 1
$$;

-- The ten digits of a badge are random, within the blocks that may be used here.
create or replace function custody.id_badge() returns text
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
	select custody.id_make('badge', case when custody.is_practice() then 900 + (r.bits >> 24) % 100
		else (r.bits >> 24) % 900 end::int, r.bits % 10000000)
	from (select ('x' || encode(substr(sha256(uuid_send(gen_random_uuid())), 1, 7), 'hex'))::bit(56)::bigint) r (bits)
$$;

-- The next unused id of a kind from this node's blocks. Numbers of a transaction that was rolled back are
-- not used again.
create or replace function custody.id_next(kind text) returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
	numbering text := 'custody.id_' || lower(replace(kind, ' ', '_')) || '_seq';
	place record;
begin
	if kind = 'badge' then
		return custody.id_badge();
	elsif kind is null or to_regclass(numbering) is null then
		raise 'ids of kind ''%'' are not issued one after the other', kind;
	end if;
	select * into place from custody.id_place(nextval(numbering));
	if place.block is null then
		raise 'this node is out of id blocks for kind ''%''', kind using hint = 'allot another id block to this node';
	end if;
	return custody.id_make(kind, place.block, place.sequence);
end
$$;

-- After a node was restored from a backup it cannot know which ids it issued since: it uses none of its old
-- blocks again. Allot it a new block afterwards.
create or replace function custody.blocks_retire() returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
	select setval(s.seq, greatest(b.size, 1))
	from (select sum(last - first + 1) as size from custody.id_block
			where node = (select node from custody.self)) b,
		(select c.oid::regclass as seq from pg_class c
			where c.relnamespace = 'custody'::regnamespace and c.relkind = 'S' and c.relname like 'id\_%\_seq'
			and c.relname <> 'id_block_allotted_seq') s
	where b.size is not null
$$;
