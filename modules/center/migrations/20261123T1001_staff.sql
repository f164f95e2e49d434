-- 運用者: accounts of people who work at the centre, their sessions, what they did, and writes once per request id.

create table center.staff (
  staff_id uuid not null,
  login_id text not null,
  display_name text not null,
  password_hash text not null,
  role text not null,
  must_change_password boolean not null,
  created_at timestamptz not null,
  disabled_at timestamptz,
  primary key (staff_id),
  constraint staff_login_once unique (login_id),
  constraint staff_login_form check (login_id ~ '^[A-Za-z0-9._-]{1,64}$'),
  constraint staff_role check (role in ('operator', 'auditor', 'administrator'))
);
comment on table center.staff is 'An account of a person who works at the centre';
comment on column center.staff.password_hash is 'argon2id';
grant select, insert, update (password_hash, must_change_password, disabled_at, role, display_name) on center.staff to app;

create table center.staff_session (
  session_id uuid not null,
  token_hash bytea not null,
  staff_id uuid not null,
  csrf_token text not null,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  primary key (session_id),
  constraint staff_session_token unique (token_hash)
);
comment on column center.staff_session.token_hash is 'sha256 of the random token in the cookie; the token itself is kept nowhere';
grant select, insert, update (last_seen_at, ended_at) on center.staff_session to app;

create table center.sign_in (
  login_hash bytea not null,
  attempts integer not null,
  locked_until timestamptz,
  primary key (login_hash)
);
comment on table center.sign_in is 'Passwords tried for one login ID since the last right one, whether such an account exists or not';
comment on column center.sign_in.login_hash is 'sha256 of the login ID as typed (people type passwords there)';
comment on column center.sign_in.attempts is 'Counted before the password is checked, so that guesses at the same moment are counted too';
grant select, insert, update (attempts, locked_until) on center.sign_in to app;

create table center.audit (
  audit_id uuid not null,
  at timestamptz not null,
  actor text not null,
  actor_name text not null,
  event text not null,
  sentence text not null,
  subject_kind text,
  subject_id text,
  trace_id text not null,
  request_id uuid,
  facts jsonb not null,
  primary key (audit_id)
);
comment on table center.audit is 'One row an act of an operator: when, who by name, what. Written in the transaction of the act, never changed.';
comment on column center.audit.sentence is '日本語, as it was worded when it happened';
comment on column center.audit.facts is 'Identifiers, codes and what the operator wrote; nothing of a resident';
grant select, insert on center.audit to app;
create index audit_at on center.audit (at);
create index audit_subject on center.audit (subject_kind, subject_id, at);

create table center.command (
  request_id uuid not null,
  actor text not null,
  endpoint text not null,
  body_hash bytea not null,
  at timestamptz not null,
  outcome text,
  primary key (request_id)
);
comment on table center.command is 'A write of an operator, once per request id; its answer is kept for the retry';
comment on column center.command.outcome is 'JSON; null for an answer that holds a secret: a retry of that is told to ask anew';
grant select, insert, update (outcome) on center.command to app;

--! constraints
alter table center.staff_session add constraint staff_session_staff foreign key (staff_id) references center.staff (staff_id);
