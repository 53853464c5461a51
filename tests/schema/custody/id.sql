-- Printed ids: the vectors that daemon/base/id.c gives too, what is refused, and issuing from blocks.
create temporary table v (kind text, block int, sequence bigint, copy int, id text);
\set vectors `grep -v '^#' :'data'/id/vectors.tsv`
insert into v select f[1], f[2]::int, f[3]::bigint, f[4]::int, f[5]
	from (select string_to_array(line, E'\t') from string_to_table(:'vectors', E'\n') line) x (f);

select plan(41);
select cmp_ok((select count(*) from v), '>', 70::bigint, 'the vectors were read');
select is((select count(*) from v where custody.id_make(kind, block, sequence, copy) <> id), 0::bigint, 'every vector is made');
select is((select count(*) from v, custody.id_parse(v.id) p
	where (p.kind, p.block, p.sequence, p.copy) is not distinct from (v.kind, v.block, v.sequence, v.copy)),
	(select count(*) from v), 'every vector is read back');
select is((custody.id_parse('1010000001560186')).specimen_id, '101000000156', 'a label names its specimen');
select is((custody.id_parse('B101000000188')).specimen_id, null, 'a bag names no specimen');
select is((select count(*) from generate_series(1, 16) at, generate_series(0, 9) d,
		lateral (select overlay('1010000001560186' placing d::text from at)) t (id)
	where id <> '1010000001560186' and (custody.id_parse(id)).kind is not null), 0::bigint, 'every single wrong digit is refused');
select is((custody.id_parse(t)).kind, null, 'not one of ours: ' || to_json(t))
	from unnest(array['', '10100000015', '1010000001560', '101000000157', '10100000O156', 'b101000000188', 'X101000000188',
		'B101000000189', '1010000001560087', ' 10100000015', E'101000000156\n', '١٠١٠٠٠٠٠٠١٥٦']) t;
select is((custody.id_parse(null)).kind, null, 'null is not one of ours');
-- A payload whose check is 98 is 1 mod 97 with 01 behind it too: only one spelling is ours.
create temporary table twice as
	select id, left(id, 10) || case right(id, 2) when '98' then '01' when '97' then '00' when '02' then '99' end as other
	from (select custody.id_make('specimen', 900, g) from generate_series(0, 1999) g) m (id)
	where right(id, 2) in ('98', '97', '02');
select cmp_ok((select count(*) from twice), '>', 20::bigint, 'there are ids with a second spelling');
select is((select count(*) from twice where other::bigint % 97 <> 1), 0::bigint, 'MOD 97 alone would take it');
select is((select count(*) from twice where (custody.id_parse(other)).kind is not null), 0::bigint,
	'a second spelling of check digits is refused');
select throws_like(format('select custody.id_make(%L, %s, %s, %s)', k, b, s, c), '%' || why || '%', 'not made: ' || why)
	from (values ('specimen', 1000, 1, 0, 'block 1000'), ('specimen', 1, 10000000, 0, '7 digits'), ('label', 1, 1, 0, 'copy 0'),
		('label', 1, 1, 100, 'copy 100'), ('bag', 1, 1, 1, 'copy 1'), ('tube', 1, 1, 0, 'not a kind of id')) x (k, b, s, c, why);

select throws_like($$ select custody.node_init(101, false, '{101,900}') $$, '%900 to 999 are practice%', 'a real node refuses a practice block');
select throws_like($$ select custody.node_init(101, true, '{900}') $$, '%8191 is practice%', 'only node 8191 is practice');
select custody.node_init(101, false, '{102,101}') \g /dev/null
select custody.node_init(101, false, '{101,102}') \g /dev/null
select throws_like($$ select custody.node_init(102, false, '{103}') $$, '%cannot become node 102%', 'a node stays the node it is');
select is(array(select block from custody.id_block order by allotted), '{102,101}', 'to say it again changes nothing');
select is(array[custody.id_next('specimen'), custody.id_next('specimen'), custody.id_next('bag'), custody.id_next('visit slip'),
	custody.id_next('FOUND sticker')], array[custody.id_make('specimen', 102, 1), custody.id_make('specimen', 102, 2),
	custody.id_make('bag', 102, 1), custody.id_make('visit slip', 102, 1), custody.id_make('FOUND sticker', 102, 1)],
	'ids come from the block allotted first, each kind by itself');
select setval('custody.id_specimen_seq', 9999999 - 1) \g /dev/null
select is(array[custody.id_next('specimen'), custody.id_next('specimen')],
	array[custody.id_make('specimen', 102, 9999999), custody.id_make('specimen', 101, 1)], 'a block that is used up is followed by the next');
select setval('custody.id_specimen_seq', 2 * 9999999) \g /dev/null
select throws_like($$ select custody.id_next('specimen') $$, '%out of id blocks for kind ''specimen''%', 'out of blocks is a clear error');
select throws_like($$ select custody.id_next('command card') $$, '%not issued one after the other%', 'command cards are fixed');
select is((select count(distinct b) from (select custody.id_next('badge') b from generate_series(1, 300)) x
	where (custody.id_parse(b)).kind = 'badge' and custody.id_is_for_here(b)), 300::bigint, 'badges are random and for here');
select custody.blocks_retire() \g /dev/null
select throws_like($$ select custody.id_next('bag') $$, '%out of id blocks%', 'a restored node uses none of its old blocks');
select custody.block_add(101, '{105}') \g /dev/null
select is(custody.id_next('bag'), custody.id_make('bag', 105, 2), 'but the block it is given then (one number went with the failure)');
select custody.block_add(1, '{1}') \g /dev/null
select throws_like($$ select custody.block_add(101, '{1}') $$, '%belongs to another node%', 'a block has one node');
select is(array[custody.id_is_for_here('101000000156'), custody.id_is_for_here('900000000150'), custody.id_is_for_here('K000000000068'),
	custody.id_is_for_here('?')], array[true, false, true, null], 'practice ids are not for a real node, command cards for all');
select * from finish();
