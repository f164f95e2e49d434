-- Invented login IDs take a bounded number of rows, as in the cloud (access.sign_in).

alter table center.sign_in add column last_at timestamptz not null default 'epoch';
comment on column center.sign_in.last_at is 'There is a bounded number of rows; past it one that nobody has touched for long is taken for another ID';
grant update (login_hash, last_at) on center.sign_in to app;
create index sign_in_by_age on center.sign_in (last_at);
