-- Codes of pages have twelve digits from now on. A page that was bound before there were codes (0043) is known as such until an
-- administrator says that it stays.
update clinic.page_code set ended_at = clock_timestamp(), ended = 'expired' where ended_at is null;
alter table clinic.page_code drop constraint page_code_code_check;
alter table clinic.page_code add constraint page_code_code_check
	check (code ~ '^[0-9]{12}$' or code ~ '^[0-9]{8}$' and ended_at is not null);

alter table clinic.session add column kept_at timestamptz; -- of such a page: when somebody said so, and who
alter table clinic.session add column kept_by bigint;
alter table clinic.session add constraint session_kept_by_fkey foreign key (kept_by) references clinic.operator;
alter table clinic.session add constraint session_kept_check check ((kept_at is null) = (kept_by is null) and (kept_at is null or kind = 'page'));
