-- Policies on a page of their own (clinic/policy_set.sql): what each is, as the page and the judging of a new value need it; who else said yes.
alter table clinic.policy add column title text;   -- these five are null where no code reads the policy yet: it cannot be set
alter table clinic.policy add column topic text;   -- whom it concerns
alter table clinic.policy add column does text;    -- in one sentence
alter table clinic.policy add column takes text;   -- since when a new value counts
alter table clinic.policy add column form jsonb;   -- its fields (clinic/policy.sql)
alter table clinic.policy add column position int;
alter table clinic.policy add constraint policy_form_check
	check (num_nulls(title, topic, does, takes, form, position) in (0, 6));
alter table clinic.policy add constraint policy_topic_check
	check (topic in ('people', 'patient', 'labels', 'orders', 'bags', 'courier', 'lab'));
alter table clinic.policy add constraint policy_takes_check check (takes in ('act', 'label', 'cup', 'sign_in'));

alter table clinic.policy_setting add column to_default boolean not null default false; -- as if nothing was ever set, also when the default changes
alter table clinic.policy_setting add column station_id bigint;
-- not valid: what was written by hand before may name anybody
alter table clinic.policy_setting add constraint policy_setting_set_by_fkey foreign key (set_by) references clinic.operator not valid;
alter table clinic.policy_setting add constraint policy_setting_second_by_fkey foreign key (second_by) references clinic.operator not valid;
alter table clinic.policy_setting add constraint policy_setting_second_by_check check (second_by <> set_by) not valid;

-- A badge and a PIN that open no session: its owner says yes to an act of somebody else.
alter table clinic.sign_in add column act text; -- null: to sign in

-- the newest of one policy, and that there is none, without reading those of others
create index policy_setting_policy_idx on clinic.policy_setting (policy, policy_setting_id);
