-- Kinds of events and the legal moves between them: data, the same on every node. A kind is never renamed
-- and its phase never renumbered, because state is computed from them on every node alike.
-- Set codes: HL7 table 0003 (S50 is a step with derived specimens, S51 one without).
-- phase orders kinds when two nodes moved a subject without knowing of each other: the later phase holds.

insert into custody.event_kind (kind, set_code, phase, moves, subject_kind) values
	('prepared',             'S38', 10, true,  'specimen'),
	('label_printed',        null,  15, true,  'specimen'),
	('handed_out',           null,  20, true,  'specimen'),
	('labelled',             null,  30, true,  'specimen'),
	('label_voided',         null,   0, false, 'specimen'),
	('label_destroyed',      null,   0, false, 'specimen'),
	('released',             null,  35, true,  'any'),
	('collected',            'S39', 40, true,  'specimen'),
	('not_collected',        'S40', 41, true,  'specimen'),
	('aliquoted',            'S50', 43, true,  'specimen'),
	('processed',            'S51', 45, true,  'specimen'),
	('process_failed',       'S52', 44, false, 'specimen'),
	('unpacked',             null,  48, true,  'specimen'),
	('packed',               null,  50, true,  'specimen'),
	('order_cancelled',      null,  52, true,  'specimen'),
	('bag_opened',           null,  53, true,  'bag'),
	('bag_closed',           null,  55, true,  'bag'),
	('placed',               null,   0, false, 'any'),
	('departed',             'S41', 60, true,  'any'),
	('handed_over',          null,  60, false, 'any'),
	('arrived',              'S42', 70, true,  'any'),
	('accepted',             'S43', 80, true,  'specimen'),
	('rejected',             'S44', 85, true,  'specimen'),
	('re_identified',        'S45',  0, false, 'specimen'),
	('de_identified',        'S46',  0, false, 'specimen'),
	('archived',             'S47', 87, true,  'specimen'),
	('retrieved',            'S48', 88, true,  'specimen'),
	('held',                 null,  90, true,  'any'),
	('lost',                 null,  95, true,  'any'),
	('disposed',             'S49', 99, true,  'specimen'),
	('scanned',              null,   0, false, 'any'),
	('remark',               null,   0, false, 'any'),
	('override',             null,   0, false, 'any'),
	('mistake',              null,   0, false, 'any'),
	('discrepancy_opened',   null,   0, false, 'any'),
	('discrepancy_resolved', null,   0, false, 'any'),
	('unexpected',           null,   0, false, 'delivery'),
	('delivery_opened',      null,  10, true,  'delivery'),
	('delivery_closed',      null,  90, true,  'delivery'),
	('pickup_due',           null,  10, true,  'pickup'),
	('no_access',            null,  20, true,  'pickup'),
	('nothing_here',         null,  30, true,  'pickup'),
	('picked_up',            null,  40, true,  'pickup'),
	('label_removed',        null,   0, false, 'specimen'),
	('tube_set_aside',       null,   0, false, 'specimen')
on conflict (kind) do update set set_code = excluded.set_code, moves = excluded.moves,
	subject_kind = excluded.subject_kind;

-- from (kinds in a row, - is no state yet) -> to. The lab may see a tube, a bag or
-- nothing of its past before the clinic's events come: what it does first is legal from no state at all.
delete from custody.event_move;
insert into custody.event_move (from_kind, to_kind)
select distinct case f.from_kind when '-' then '' else f.from_kind end, t.to_kind
from (values
	('-',                                                          'prepared label_printed'),
	('prepared',                                                   'label_printed'),
	('prepared label_printed labelled',                            'handed_out'),
	('prepared label_printed handed_out released',                 'labelled'),
	('labelled handed_out released',                               'collected'),
	('- prepared label_printed labelled handed_out released',      'not_collected'),
	('collected processed aliquoted released unpacked order_cancelled', 'processed aliquoted'),
	('- collected processed aliquoted packed unpacked released order_cancelled', 'packed'),
	('- collected processed aliquoted released order_cancelled packed departed arrived',
	                                                               'unpacked'),
	('prepared label_printed handed_out labelled collected processed aliquoted packed unpacked departed arrived released',
	                                                               'order_cancelled'),
	('- collected processed aliquoted packed unpacked released order_cancelled bag_closed departed arrived',
	                                                               'departed'),
	('- collected processed aliquoted packed unpacked released order_cancelled bag_opened bag_closed departed lost',
	                                                               'arrived'),
	('- prepared label_printed handed_out labelled collected processed aliquoted packed unpacked departed arrived released order_cancelled lost retrieved',
	                                                               'accepted rejected'),
	('accepted',                                                   'rejected archived'),
	('retrieved',                                                  'archived'),
	('archived',                                                   'retrieved'),
	('held order_cancelled',                                       'released'),
	('- bag_opened released',                                      'bag_closed'),
	('- bag_opened bag_closed departed arrived released',          'bag_opened'),
	('- delivery_closed',                                          'delivery_opened'),
	('- delivery_opened',                                          'delivery_closed'),
	('-',                                                          'pickup_due'),
	('- pickup_due no_access nothing_here',                        'picked_up no_access nothing_here')
) as m (from_kinds, to_kinds),
	string_to_table(m.from_kinds, ' ') f (from_kind), string_to_table(m.to_kinds, ' ') t (to_kind);
-- A hold, a loss and a disposal can come over anything but themselves and what is gone.
insert into custody.event_move (from_kind, to_kind)
select f.kind, t.kind
from (select kind from custody.event_kind where moves union select '') f, (values ('held'), ('lost'), ('disposed')) t (kind)
where f.kind not in ('disposed', t.kind)
on conflict do nothing;

-- What a subject is: its kind (null: not a subject of ours), the clinic that must see it, which is the node of
-- its id's block (0, this node only, when we do not know it), and whether it may be used here (practice ids in
-- practice, real ones in a real node).
create or replace function custody.subject_about(subject text, out kind text, out home int, out for_here bool)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
	p record;
begin
	if subject ~ '^pickup:[1-9][0-9]{0,15}$' then
		kind := 'pickup';
		home := substr(subject, 8)::bigint >> 40;
		for_here := (home = 8191) = custody.is_practice();
		return;
	end if;
	p := custody.id_parse(subject);
	if p.kind in ('specimen', 'bag', 'delivery') then
		kind := p.kind;
		select b.node into home from custody.id_block b where b.block = p.block;
		home := coalesce(home, 0);
		for_here := (p.block >= 900) = custody.is_practice();
	end if;
end
$$;
