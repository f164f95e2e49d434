-- Second factor, devices, recovery by two, settings of signing in.

alter table access.session
  add column pending text check (pending in ('second-factor', 'enrolment')),
  add column device_hash bytea,
  add column device text not null default '',
  add column challenge text,
  add column challenge_until timestamptz;
comment on column access.session.pending is 'What is missing before the session may do anything: the second factor, or one to be enrolled; null = nothing';
comment on column access.session.device_hash is 'sha256 of the random token in the browser''s cookie: whoever has signed in there before is not locked out by guesses elsewhere';
comment on column access.session.device is 'Kind of the device and browser in words, never the whole header';
comment on column access.session.challenge is 'What a passkey has been asked to sign, once';
grant update (challenge, challenge_until) on access.session to app;
create index session_of_staff on access.session (municipality_code, staff_id, created_at);

alter table access.staff add column password_set_at timestamptz;
comment on column access.staff.password_set_at is 'When the password was last set; null = with the account';

alter table access.sign_in add column last_at timestamptz not null default 'epoch';
comment on column access.sign_in.last_at is 'A town has a bounded number of rows; past it one that nobody has touched for long is taken for another ID';
grant update (login_hmac, last_at) on access.sign_in to app;
create index sign_in_by_age on access.sign_in (municipality_code, last_at);

create table access.totp (
  municipality_code char(6) not null,
  staff_id uuid not null,
  totp_id uuid not null,
  sealed bytea not null,
  made_at timestamptz not null,
  confirmed_at timestamptz,
  last_step bigint,
  ended_at timestamptz,
  primary key (municipality_code, staff_id, totp_id)
);
comment on table access.totp is '認証アプリ: a secret that an authenticator app shares with us; it counts once a code of it was given';
comment on column access.totp.last_step is 'The 30 s step whose code was taken last: a code is taken once';
call app.protect('access.totp', 'select, insert, update (confirmed_at, last_step, ended_at)');
grant select, update (sealed) on access.totp to rekeyer;
grant usage on schema access to rekeyer;

create table access.passkey (
  municipality_code char(6) not null,
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
  primary key (municipality_code, staff_id, passkey_id),
  unique (municipality_code, credential_id)
);
comment on table access.passkey is 'パスキー: public keys of devices that prove their owner by fingerprint, face or PIN';
comment on column access.passkey.counter is 'Signatures the authenticator has counted; one that counts back is a copy';
call app.protect('access.passkey', 'select, insert, update (counter, used_at, ended_at)');

create table access.recovery_code (
  municipality_code char(6) not null,
  staff_id uuid not null,
  code_hash bytea not null,
  made_at timestamptz not null,
  used_at timestamptz,
  ended_at timestamptz,
  primary key (municipality_code, staff_id, code_hash)
);
comment on table access.recovery_code is 'リカバリーコード: ten at a time, each for once';
call app.protect('access.recovery_code', 'select, insert, update (used_at, ended_at)');

create table access.recovery (
  municipality_code char(6) not null,
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
  primary key (municipality_code, recovery_id),
  check (approved_by <> asked_by and asked_by <> staff_id and approved_by <> staff_id)
);
comment on table access.recovery is '復旧: one administrator asks, another approves; then a code lets the person enrol a new second factor, once';
comment on column access.recovery.reason is 'A code: lost, broken, replaced';
call app.protect('access.recovery', 'select, insert, update (approved_at, approved_by, code_hash, code_until, used_at, ended_at, ended_by)');

create table access.sign_in_setting (
  municipality_code char(6) not null,
  setting_no integer not null,
  key text not null,
  from_on date not null,
  set_at timestamptz not null,
  set_by text not null,
  value jsonb not null,
  sealed bytea,
  primary key (municipality_code, setting_no)
);
comment on table access.sign_in_setting is 'ログインの設定, each from a day on: for whom a second factor is required, rotation of passwords, single sign-on';
comment on column access.sign_in_setting.sealed is 'Client secret of single sign-on';
call app.protect('access.sign_in_setting', 'select, insert');
grant select, update (sealed) on access.sign_in_setting to rekeyer;

--! constraints
alter table access.totp add constraint totp_staff foreign key (municipality_code, staff_id) references access.staff (municipality_code, staff_id);
alter table access.passkey add constraint passkey_staff foreign key (municipality_code, staff_id) references access.staff (municipality_code, staff_id);
alter table access.recovery_code add constraint recovery_code_staff foreign key (municipality_code, staff_id) references access.staff (municipality_code, staff_id);
alter table access.recovery add constraint recovery_staff foreign key (municipality_code, staff_id) references access.staff (municipality_code, staff_id);
