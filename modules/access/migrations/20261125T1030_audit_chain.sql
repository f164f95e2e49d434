-- The audit trail can be asked by index, is chained, signed, and disposed of after its time.

alter table access.audit add column subject_count integer;
alter table access.audit add column session_id uuid;
comment on column access.audit.subject_count is 'How many subjects the act touched; null in acts of before this column';
comment on column access.audit.session_id is 'The session, and so the device, of a member of staff';

-- What did this user see; how often an event happened; who worked at night; who looked at many.
create index audit_by_actor on access.audit (municipality_code, actor, at, audit_id);
create index audit_by_event on access.audit (municipality_code, event, at, audit_id);
create index audit_of_staff on access.audit (municipality_code, at, audit_id) where actor >= 'staff:' and actor < 'staff;';
create index audit_of_many on access.audit (municipality_code, at, audit_id) where subject_count >= 20;
-- 宛名番号での検索: by which fields somebody searched.
create index audit_by_number on access.audit (municipality_code, at, audit_id) where facts ->> 'fields' ~ 'residentNo';

create table access.audit_chain (
  municipality_code char(6) not null,
  position bigint not null,
  hash bytea not null,
  linked_at timestamptz not null,
  swept_at timestamptz,
  primary key (municipality_code)
);
comment on table access.audit_chain is 'Where the chain of a town ends; its lock lets one writer link at a time. Nothing is proved by it: the links and the signed heads are.';
comment on column access.audit_chain.swept_at is 'When all acts of the last days had a link: transactions that commit late are found by looking again';
call app.protect('access.audit_chain', 'select, insert, update (position, hash, linked_at, swept_at)');

create table access.audit_link (
  municipality_code char(6) not null,
  position bigint not null,
  at timestamptz not null,
  audit_id uuid not null,
  hash bytea not null,
  primary key (municipality_code, position),
  unique (municipality_code, at, audit_id)
);
comment on table access.audit_link is 'The chain: each link is the digest of the link before and of one act with its subjects (docs/audit.md)';
call app.protect('access.audit_link', 'select, insert');

create table access.audit_key (
  municipality_code char(6) not null,
  key_id smallint not null,
  public_key bytea not null,
  sealed_private bytea,
  from_at timestamptz not null,
  until_at timestamptz,
  primary key (municipality_code, key_id)
);
comment on table access.audit_key is 'Ed25519 keys that sign the end of the chain';
comment on column access.audit_key.sealed_private is 'PKCS #8, base64, sealed; null once another key took its place';
create unique index audit_key_in_use on access.audit_key (municipality_code) where until_at is null;
call app.protect('access.audit_key', 'select, insert, update (sealed_private, until_at)');
grant usage on schema access to rekeyer;
grant select, update (sealed_private) on access.audit_key to rekeyer;

create table access.audit_head (
  municipality_code char(6) not null,
  position bigint not null,
  hash bytea not null,
  signed_at timestamptz not null,
  key_id smallint not null,
  signature bytea not null,
  primary key (municipality_code, position)
);
comment on table access.audit_head is 'Signed words: at this moment the chain had this many links and this digest. Copies are kept outside the system.';
call app.protect('access.audit_head', 'select, insert');

create table access.audit_pair (
  municipality_code char(6) not null,
  month_on date not null,
  actor text not null,
  subject_kind text not null,
  subject_id text not null,
  acts integer not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  primary key (municipality_code, month_on, actor, subject_kind, subject_id)
);
comment on table access.audit_pair is 'How often a member of staff opened one person in a month (JST); counted when the acts are linked, lists of many left out. Can be counted anew from the trail.';
create index audit_pair_most on access.audit_pair (municipality_code, month_on, acts);
call app.protect('access.audit_pair', 'select, insert, update (acts, first_at, last_at)');

create table access.audit_setting (
  municipality_code char(6) not null,
  setting_no integer not null,
  at timestamptz not null,
  actor text not null,
  retention_years smallint check (retention_years between 1 and 100),
  retention_source text not null,
  extract_names boolean not null,
  day_from_minute smallint not null check (day_from_minute between 0 and 1439),
  day_until_minute smallint not null check (day_until_minute between 1 and 1440),
  many_from integer not null check (many_from between 20 and 100000),
  often_from integer not null check (often_from between 2 and 10000),
  primary key (municipality_code, setting_no)
);
comment on table access.audit_setting is '監査記録の設定: appended; the newest holds';
comment on column access.audit_setting.retention_years is 'How long acts are kept; null = the town has not decided, nothing is ever disposed of';
comment on column access.audit_setting.retention_source is 'Where the town takes the years from: its 文書管理規程. No national period was found.';
comment on column access.audit_setting.extract_names is 'The extract for a resident names members of staff; otherwise their offices alone';
call app.protect('access.audit_setting', 'select, insert');

create table access.audit_disposal (
  municipality_code char(6) not null,
  disposal_id uuid not null,
  before_at timestamptz not null,
  through_position bigint not null,
  acts bigint not null,
  retention_years smallint not null,
  retention_source text not null,
  requested_at timestamptz not null,
  requested_by text not null,
  decided_at timestamptz,
  decided_by text check (decided_by <> requested_by),
  approved boolean,
  finished_at timestamptz,
  primary key (municipality_code, disposal_id)
);
comment on table access.audit_disposal is '監査記録の廃棄: asked for by one, decided by another';
create unique index audit_disposal_open on access.audit_disposal (municipality_code) where decided_at is null or (approved and finished_at is null);
call app.protect('access.audit_disposal', 'select, insert, update (decided_at, decided_by, approved, finished_at)');

create table access.audit_tombstone (
  municipality_code char(6) not null,
  from_position bigint not null,
  to_position bigint not null check (to_position >= from_position),
  disposal_id uuid not null,
  acts integer not null,
  subjects integer not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  hash bytea not null,
  disposed_at timestamptz not null,
  primary key (municipality_code, from_position)
);
comment on table access.audit_tombstone is 'What stood where acts were disposed of: how many, of which time, and the digest of the last link, from which the chain goes on';
call app.protect('access.audit_tombstone', 'select, insert');

grant usage on schema access to disposer;
grant select (municipality_code, at, audit_id), delete on access.audit to disposer;
grant select (municipality_code, at, audit_id), delete on access.audit_subject to disposer;
grant select (municipality_code, position, at, audit_id), delete on access.audit_link to disposer;
grant select (municipality_code, month_on), delete on access.audit_pair to disposer;

--! constraints
alter table access.audit_head add constraint audit_head_key foreign key (municipality_code, key_id) references access.audit_key (municipality_code, key_id);
alter table access.audit_tombstone add constraint audit_tombstone_disposal foreign key (municipality_code, disposal_id) references access.audit_disposal (municipality_code, disposal_id);
