-- Which template a label gets (clinic/label_template.sql), and what else stands on it (LB-01).

alter table clinic.container_type drop constraint container_type_kind_check;
alter table clinic.container_type add constraint container_type_kind_check check (kind in
	('tube', 'small_tube', 'cup', 'jar', 'bottle', 'kit'));

alter table clinic.test add column sign boolean not null default false; -- time and signature are written on its tube by hand
alter table clinic.test add column time_point text not null default ''; -- of a timed test: '2 h', 'PEAK'
alter table clinic.test add constraint test_time_point_check check (char_length(time_point) <= 8);
