-- Lists of pickups read what is recent, not the years.
create index pickup_opened_at_idx on clinic.pickup (opened_at);
create index pickup_courier_idx on clinic.pickup (courier, opened_at);
