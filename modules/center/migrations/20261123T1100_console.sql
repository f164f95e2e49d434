-- What operators look at: the transactions of a day, and those of a town.
create index transaction_requested on center.transaction (requested_at, transaction_id);
create index transaction_municipality on center.transaction (municipality_code, requested_at, transaction_id);
