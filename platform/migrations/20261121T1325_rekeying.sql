-- Change of a municipality's keys while running (platform/rekey.ts). Only the role rekeyer may seal again what stands there.

grant usage on schema app to rekeyer;
grant execute on function app.current_municipality to rekeyer;

alter table app.sealing_key add column state text not null default 'current'
  check (state in ('coming', 'current', 'leaving', 'destroyed'));
alter table app.sealing_key alter column state drop default;
alter table app.sealing_key add check ((state = 'destroyed') = (wrapped = ''));
comment on table app.sealing_key is 'The municipality''s data, search and record keys, wrapped by the master key. Destroying the rows, or what is wrapped, destroys the town''s data.';
comment on column app.sealing_key.state is 'coming: opens, does not seal yet. current: seals. leaving: opens until all is sealed anew. destroyed: nothing is wrapped any more; the number is not used again.';
create unique index sealing_key_current on app.sealing_key (municipality_code) where state = 'current';
grant select, insert, update (state, wrapped) on app.sealing_key to rekeyer;

create table app.rekeying (
  municipality_code char(6) not null,
  key_id smallint not null,
  started_at timestamptz not null,
  activated_at timestamptz,
  finished_at timestamptz,
  rows_sealed bigint not null,
  primary key (municipality_code, key_id)
);
comment on table app.rekeying is '鍵の交換: one row a change of the municipality''s keys, so that an interrupted one goes on';
comment on column app.rekeying.key_id is 'The new key';
comment on column app.rekeying.activated_at is 'From then on the new key seals';
comment on column app.rekeying.finished_at is 'Everything was sealed anew and the old key destroyed';
comment on column app.rekeying.rows_sealed is 'Rows sealed anew so far';
call app.protect('app.rekeying', 'select');
grant select, insert, update (activated_at, finished_at, rows_sealed) on app.rekeying to rekeyer;

-- body_hmac: what was asked is not kept, so its digest cannot be made anew; it is emptied (platform/http/serve.ts).
grant select, update (outcome, body_hmac) on app.command to rekeyer;
