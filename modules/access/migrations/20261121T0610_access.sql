create schema access;
grant usage on schema access to app, linkage, searcher;

create table access.staff (
  municipality_code char(6) not null,
  staff_id uuid not null,
  login_id text not null check (login_id ~ '^[A-Za-z0-9._-]{1,64}$'),
  display_name text not null,
  department text not null,
  password_hash text not null,
  must_change_password boolean not null default false,
  disabled_at timestamptz,
  created_at timestamptz not null,
  primary key (municipality_code, staff_id),
  unique (municipality_code, login_id)
);
comment on table access.staff is '職員: an account of a person employed by the municipality (or realm 000000: BCL operators)';
comment on column access.staff.password_hash is 'argon2id';
call app.protect('access.staff', 'select, insert, update');

create table access.sign_in (
  municipality_code char(6) not null,
  login_hmac bytea not null,
  attempts integer not null,
  locked_until timestamptz,
  primary key (municipality_code, login_hmac)
);
comment on table access.sign_in is 'Passwords tried for one login ID since the last right one, whether such an account exists or not: an ID that locks tells nothing';
comment on column access.sign_in.login_hmac is 'Keyed digest of the login ID as typed (people type passwords there)';
comment on column access.sign_in.attempts is 'Counted before the password is checked, so that guesses at the same moment are counted too';
call app.protect('access.sign_in', 'select, insert, update (attempts, locked_until)');

create table access.staff_role (
  municipality_code char(6) not null,
  staff_id uuid not null,
  role text not null,
  from_on date not null,
  until_on date,
  primary key (municipality_code, staff_id, role, from_on)
);
comment on table access.staff_role is '権限: a role of a person, from a day and possibly until a day (JST)';
call app.protect('access.staff_role', 'select, insert, update (until_on)');

create table access.session (
  municipality_code char(6) not null,
  session_id uuid not null,
  token_hash bytea not null,
  staff_id uuid not null,
  csrf_token text not null,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  primary key (municipality_code, session_id),
  unique (municipality_code, token_hash)
);
comment on column access.session.token_hash is 'sha256 of the random token in the cookie; the token itself is kept nowhere';
call app.protect('access.session', 'select, insert, update (last_seen_at, ended_at)');

-- Append-only, the largest table of the system: monthly range partitions (design §4 rule 5).
create table access.audit (
  municipality_code char(6) not null,
  at timestamptz not null,
  audit_id uuid not null,
  actor text not null,
  event text not null,
  purpose text,
  trace_id text not null,
  request_id uuid,
  facts jsonb not null,
  primary key (municipality_code, at, audit_id)
) partition by range (at);
comment on table access.audit is 'One row an act: who, what, why. Data, not a log: written in the transaction of the act, never changed.';
comment on column access.audit.facts is 'Identifiers and codes only, never names or addresses';

create table access.audit_subject (
  municipality_code char(6) not null,
  at timestamptz not null,
  audit_id uuid not null,
  subject_kind text not null,
  subject_id text not null,
  primary key (municipality_code, at, audit_id, subject_kind, subject_id)
) partition by range (at);
comment on table access.audit_subject is 'Whom the act touched; answers "who saw this person"';
create index audit_subject_by_person on access.audit_subject (municipality_code, subject_kind, subject_id, at);

do $$
declare
  month date := date '2026-11-01';
begin
  while month < date '2029-01-01' loop
    execute format('create table access.audit_%s partition of access.audit for values from (%L) to (%L)',
      to_char(month, 'YYYYMM'), month, month + interval '1 month');
    execute format('create table access.audit_subject_%s partition of access.audit_subject for values from (%L) to (%L)',
      to_char(month, 'YYYYMM'), month, month + interval '1 month');
    month := month + interval '1 month';
  end loop;
end
$$;
create table access.audit_other partition of access.audit default;
create table access.audit_subject_other partition of access.audit_subject default;
call app.protect('access.audit', 'select, insert', 'insert');
call app.protect('access.audit_subject', 'select, insert', 'insert');

create table access.suppression (
  municipality_code char(6) not null,
  resident_no text not null,
  history_no integer not null,
  from_seq bigint not null,
  to_seq bigint,
  starts_on date not null,
  ends_on date,
  category text not null,
  lifted boolean not null,
  latest boolean not null default false,
  primary key (municipality_code, resident_no, history_no, from_seq)
);
comment on table access.suppression is '支援措置対象者 (DV等): versions as the town sent them. The end date passing lifts nothing (標準 3.4), nor does a record that goes away: only one that says 終了 does.';
comment on column access.suppression.lifted is 'The record says that the measure has ended (区分 終了)';
comment on column access.suppression.latest is '最新フラグ as sent; a later sending of a newer record takes it away';
create unique index suppression_current on access.suppression (municipality_code, resident_no, history_no) where to_seq is null;
call app.protect('access.suppression', 'select', 'select, insert, update (to_seq)');

-- Whom the town protects: a record that has not ended claims to be the latest, or the newest one known is not an end that
-- claims it. Used by stores in SQL, so that no list, count or hint is made without it.
create view access.pub_suppressed with (security_invoker = true) as
  select s.municipality_code, s.resident_no
    from access.suppression s
   where s.to_seq is null
     and case when s.latest then not s.lifted
              else not exists (
                select 1 from access.suppression n
                 where n.municipality_code = s.municipality_code and n.resident_no = s.resident_no
                   and n.to_seq is null and n.history_no > s.history_no) end;
comment on view access.pub_suppressed is '支援措置対象者 now, possibly more than one row a person';
grant select on access.pub_suppressed to app, linkage, searcher;

create function access.is_suppressed(municipality char(6), resident text) returns boolean
language sql stable
as $$
  select exists (
    select 1 from access.pub_suppressed s where s.municipality_code = municipality and s.resident_no = resident)
$$;
grant execute on function access.is_suppressed to app, linkage, searcher;
grant select on access.suppression to searcher;

--! constraints
alter table access.staff_role add constraint staff_role_staff foreign key (municipality_code, staff_id) references access.staff (municipality_code, staff_id);
alter table access.session add constraint session_staff foreign key (municipality_code, staff_id) references access.staff (municipality_code, staff_id);
