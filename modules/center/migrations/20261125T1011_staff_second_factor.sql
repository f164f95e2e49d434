-- The operators' second factor and its recovery by two administrators.

alter table center.staff_session
  add column pending text check (pending in ('second-factor', 'enrolment')),
  add column device_hash bytea,
  add column device text not null default '',
  add column challenge text,
  add column challenge_until timestamptz;
comment on column center.staff_session.pending is 'What is missing before the session may do anything; null = nothing';
grant update (challenge, challenge_until) on center.staff_session to app;
create index staff_session_of_staff on center.staff_session (staff_id, created_at);

create table center.staff_totp (
  staff_id uuid not null,
  totp_id uuid not null,
  sealed bytea not null,
  made_at timestamptz not null,
  confirmed_at timestamptz,
  last_step bigint,
  ended_at timestamptz,
  primary key (staff_id, totp_id)
);
comment on table center.staff_totp is '認証アプリ of an operator; sealed under a key derived from the centre''s key file';
grant select, insert, update (confirmed_at, last_step, ended_at) on center.staff_totp to app;

create table center.staff_passkey (
  staff_id uuid not null,
  passkey_id uuid not null,
  credential_id text not null,
  public_key bytea not null,
  counter bigint not null,
  transports text not null,
  name text not null,
  made_at timestamptz not null,
  used_at timestamptz,
  ended_at timestamptz,
  primary key (staff_id, passkey_id),
  constraint staff_passkey_once unique (credential_id)
);
comment on table center.staff_passkey is 'パスキー of an operator';
grant select, insert, update (counter, used_at, ended_at) on center.staff_passkey to app;

create table center.staff_recovery_code (
  staff_id uuid not null,
  code_hash bytea not null,
  made_at timestamptz not null,
  used_at timestamptz,
  ended_at timestamptz,
  primary key (staff_id, code_hash)
);
comment on table center.staff_recovery_code is 'リカバリーコード of an operator, each for once';
grant select, insert, update (used_at, ended_at) on center.staff_recovery_code to app;

create table center.staff_recovery (
  recovery_id uuid not null,
  staff_id uuid not null,
  reason text not null,
  asked_at timestamptz not null,
  asked_by uuid not null,
  approved_at timestamptz,
  approved_by uuid,
  code_hash bytea,
  code_until timestamptz,
  used_at timestamptz,
  ended_at timestamptz,
  ended_by uuid,
  primary key (recovery_id),
  constraint staff_recovery_by_two check (approved_by <> asked_by and asked_by <> staff_id and approved_by <> staff_id)
);
comment on table center.staff_recovery is '復旧: one administrator asks, another approves';
grant select, insert, update (approved_at, approved_by, code_hash, code_until, used_at, ended_at, ended_by) on center.staff_recovery to app;

--! constraints
alter table center.staff_totp add constraint staff_totp_staff foreign key (staff_id) references center.staff (staff_id);
alter table center.staff_passkey add constraint staff_passkey_staff foreign key (staff_id) references center.staff (staff_id);
alter table center.staff_recovery_code add constraint staff_recovery_code_staff foreign key (staff_id) references center.staff (staff_id);
alter table center.staff_recovery add constraint staff_recovery_staff foreign key (staff_id) references center.staff (staff_id);
