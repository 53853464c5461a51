-- The sender's own specimen and container ids are found by a scan.
create index lab_order_specimens_idx on clinic.lab_order using gin (specimens jsonb_path_ops);
