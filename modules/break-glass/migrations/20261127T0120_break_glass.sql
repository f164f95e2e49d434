create schema break_glass;
grant usage on schema break_glass to app;

create table break_glass.access_grant (
  municipality_code char(6) not null,
  grant_id char(32) not null,
  grant_no integer not null,
  asked_by_id uuid not null,
  asked_by text not null,
  approved_by_id uuid not null,
  approved_by text not null,
  purpose text not null,
  reason text not null,
  ticket text not null,
  approved_at timestamptz not null,
  until_at timestamptz not null,
  told_at timestamptz not null,
  told_by text not null,
  code_sha bytea,
  code_until timestamptz,
  staff_id uuid,
  entered_at timestamptz,
  ended_at timestamptz,
  end_kind text,
  ended_by text,
  operator_note text,
  operator_noted_by text,
  operator_noted_at timestamptz,
  town_note text,
  town_noted_by text,
  town_noted_label text,
  town_noted_at timestamptz,
  primary key (municipality_code, grant_id),
  constraint access_grant_two_people check (asked_by_id <> approved_by_id),
  constraint access_grant_period check (until_at > approved_at and until_at <= approved_at + interval '4 hours'),
  constraint access_grant_entered check ((staff_id is null) = (entered_at is null)),
  constraint access_grant_ended check ((ended_at is null) = (end_kind is null) and (ended_at is null) = (ended_by is null)),
  constraint access_grant_end_kind check (end_kind in ('town', 'operator', 'time'))
);
comment on table break_glass.access_grant is '運用者による緊急閲覧: two of the operator''s people opened this town to one of them, to read, for some hours';
comment on column break_glass.access_grant.grant_id is 'As the centre names it (128 random bits)';
comment on column break_glass.access_grant.reason is 'As the operator''s person wrote it; the town reads it';
comment on column break_glass.access_grant.code_sha is 'SHA-256 of the one-time code; null = none shown yet, or used';
comment on column break_glass.access_grant.staff_id is 'The account the code opened: acts in the trail carry its name and number';
comment on column break_glass.access_grant.ended_by is 'Who, as a name';
create index access_grant_code on break_glass.access_grant (municipality_code, code_sha) where code_sha is not null;
create index access_grant_newest on break_glass.access_grant (municipality_code, approved_at);
call app.protect('break_glass.access_grant', 'select, insert, update (code_sha, code_until, staff_id, entered_at, ended_at, end_kind, ended_by, operator_note, operator_noted_by, operator_noted_at, town_note, town_noted_by, town_noted_label, town_noted_at)');
