create schema field;
grant usage on schema field to app, rekeyer;

create table field.town_key (
  municipality_code char(6) not null,
  key_id uuid not null,
  public_key text not null,
  sealed bytea not null,
  made_at timestamptz not null,
  primary key (municipality_code, key_id)
);
comment on table field.town_key is 'Key to which phones seal what they record: staff recover the queue of a phone whose PIN is forgotten';
comment on column field.town_key.public_key is 'ECDH P-256, uncompressed point, base64';
comment on column field.town_key.sealed is 'The private key (PKCS #8, base64), sealed';
call app.protect('field.town_key', 'select, insert');
grant select, update (sealed) on field.town_key to rekeyer;

create table field.pass (
  municipality_code char(6) not null,
  pass_id uuid not null,
  version integer not null,
  disaster_id uuid not null,
  team_id uuid not null,
  name text not null,
  valid_from date not null,
  valid_until date not null,
  code_sha bytea,
  code_until timestamptz,
  made_at timestamptz not null,
  made_by text not null,
  made_by_label text not null,
  device text not null,
  token_sha bytea,
  send_token_sha bytea,
  enrolled_at timestamptz,
  seen_at timestamptz,
  unsent integer not null,
  unsent_since timestamptz,
  clock_off_s integer not null,
  revoked_at timestamptz,
  revoked_by_label text,
  revoke_reason text not null,
  wiped_at timestamptz,
  primary key (municipality_code, pass_id)
);
comment on table field.pass is '端末の利用許可: one phone of one team for some days; both tokens are kept as SHA-256 only';
comment on column field.pass.name is 'Whom or which phone it is for, as staff call it';
comment on column field.pass.code_sha is 'One-time code that binds the pass to a phone; null = used';
comment on column field.pass.device is 'What the phone''s browser calls itself; empty = no phone yet';
comment on column field.pass.token_sha is 'For reading assignments; on the phone behind the PIN';
comment on column field.pass.send_token_sha is 'For handing over sealed items and learning of a revocation; on the phone without the PIN';
comment on column field.pass.unsent is 'What the phone said it had not sent when it was last heard of';
comment on column field.pass.clock_off_s is 'The phone''s clock against ours when it was last heard of, seconds: plus = ahead';
comment on column field.pass.wiped_at is 'When the phone said that it had removed everything';
create index pass_disaster on field.pass (municipality_code, disaster_id, pass_id);
create index pass_code on field.pass (municipality_code, code_sha) where code_sha is not null;
create index pass_token on field.pass (municipality_code, token_sha) where token_sha is not null;
create index pass_send_token on field.pass (municipality_code, send_token_sha) where send_token_sha is not null;
call app.protect('field.pass', 'select, insert, update (version, code_sha, code_until, device, token_sha, send_token_sha, enrolled_at, seen_at, unsent, unsent_since, clock_off_s, revoked_at, revoked_by_label, revoke_reason, wiped_at)');

create table field.item (
  municipality_code char(6) not null,
  item_id uuid not null,
  pass_id uuid not null,
  key_id uuid not null,
  kind text not null check (kind in ('sheet', 'photo', 'claim', 'unknown')),
  task_id uuid,
  state text not null check (state in ('accepted', 'parked', 'refused')),
  why text not null,
  problem text not null,
  recorded_at timestamptz,
  sent_at timestamptz not null,
  received_at timestamptz not null,
  envelope bytea,
  decided_at timestamptz,
  decided_by_label text,
  sealed bytea,
  primary key (municipality_code, item_id),
  check (state = 'accepted' or envelope is not null)
);
comment on table field.item is '端末から届いたもの: every item of a phone once, taken at once or parked until staff decide; nothing is thrown away';
comment on column field.item.why is 'Why it was parked: codes of field.ts; empty = it was not';
comment on column field.item.problem is 'Code of what refused it, where something did';
comment on column field.item.recorded_at is 'By the phone''s own clock; null = it could not be opened';
comment on column field.item.envelope is 'What came, as the phone sealed it to field.town_key; kept while it is parked, and when it was refused';
comment on column field.item.sealed is 'Why staff refused it, sealed';
create index item_pass on field.item (municipality_code, pass_id, item_id);
create index item_parked on field.item (municipality_code, pass_id, item_id) where state = 'parked';
call app.protect('field.item', 'select, insert, update (state, envelope, decided_at, decided_by_label, sealed)');
grant select, update (sealed) on field.item to rekeyer;

--! constraints
alter table field.pass add constraint pass_disaster foreign key (municipality_code, disaster_id) references disasters.disaster (municipality_code, disaster_id);
alter table field.pass add constraint pass_team foreign key (municipality_code, team_id) references surveys.team (municipality_code, team_id);
alter table field.item add constraint item_pass foreign key (municipality_code, pass_id) references field.pass (municipality_code, pass_id);
alter table field.item add constraint item_key foreign key (municipality_code, key_id) references field.town_key (municipality_code, key_id);
