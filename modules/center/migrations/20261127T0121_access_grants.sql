-- 運用者による緊急閲覧: who asked for entry to which town and why, who approved, what was done there, and both reviews.

alter table center.staff drop constraint staff_role;
alter table center.staff add constraint staff_role check (role in ('operator', 'approver', 'auditor', 'administrator'));

create table center.access_grant (
  grant_id char(32) not null,
  grant_no integer not null,
  municipality_code char(6) not null,
  purpose text not null,
  ticket text not null,
  reason text not null,
  minutes integer not null,
  asked_by uuid not null,
  asked_by_name text not null,
  asked_at timestamptz not null,
  approved_by uuid,
  approved_by_name text,
  approved_at timestamptz,
  until_at timestamptz,
  declined_by_name text,
  declined_at timestamptz,
  decline_note text,
  code_sha bytea,
  code_drawn_at timestamptz,
  ended_at timestamptz,
  ended_by_name text,
  told_at timestamptz,
  ask_again_at timestamptz,
  entered_at timestamptz,
  over_at timestamptz,
  over_kind text,
  over_by text,
  acts_until timestamptz,
  review_by_name text,
  review_at timestamptz,
  review_note text,
  town_review_by text,
  town_review_at timestamptz,
  town_review_note text,
  settled_at timestamptz,
  primary key (grant_id),
  constraint access_grant_no unique (grant_no),
  constraint access_grant_id_form check (grant_id ~ '^[0-9a-f]{32}$'),
  constraint access_grant_two_people check (approved_by <> asked_by),
  constraint access_grant_minutes check (minutes between 1 and 240),
  constraint access_grant_approved check ((approved_by is null) = (approved_at is null) and (approved_by is null) = (until_at is null)),
  constraint access_grant_period check (until_at > approved_at and until_at <= approved_at + interval '4 hours'),
  constraint access_grant_one_answer check (approved_at is null or declined_at is null),
  constraint access_grant_review check ((review_at is null) = (review_note is null))
);
comment on table center.access_grant is '運用者による緊急閲覧: one of the operator''s people asks for entry to one town, another approves';
comment on column center.access_grant.code_sha is 'SHA-256 of the newest one-time code; the code itself is shown once and kept nowhere';
comment on column center.access_grant.told_at is 'When the town''s cloud knew of it first; null = it opens nothing yet';
comment on column center.access_grant.ask_again_at is 'When the cloud is asked next how it stands; null = before it is told, and once both reviews are there';
comment on column center.access_grant.over_kind is 'As the town''s cloud says: ended by the town, by the operator, or by time';
comment on column center.access_grant.acts_until is 'The newest act that was told';
comment on column center.access_grant.settled_at is 'Over, and reviewed by both sides';
grant select, insert, update (approved_by, approved_by_name, approved_at, until_at, declined_by_name, declined_at, decline_note,
  code_sha, code_drawn_at, ended_at, ended_by_name, told_at, ask_again_at, entered_at, over_at, over_kind, over_by, acts_until,
  review_by_name, review_at, review_note, town_review_by, town_review_at, town_review_note, settled_at)
  on center.access_grant to app;
create index access_grant_newest on center.access_grant (asked_at);
create index access_grant_open on center.access_grant (settled_at) where settled_at is null;

create table center.access_act (
  grant_id char(32) not null,
  act_id uuid not null,
  at timestamptz not null,
  words text not null,
  people integer not null,
  primary key (grant_id, act_id)
);
comment on table center.access_act is 'What was done in the town under a grant, as its cloud told: nothing of a resident but how many';
grant select, insert on center.access_act to app;

alter table center.announcement drop constraint announcement_subject;
alter table center.announcement add constraint announcement_subject
  check (subject_kind in ('stop', 'maintenance', 'incident', 'access-grant'));
alter table center.announcement drop constraint announcement_kind;
alter table center.announcement add constraint announcement_kind
  check (kind in ('stop', 'restart', 'maintenance', 'maintenance-cancelled', 'trouble', 'trouble-over', 'access', 'access-over'));

--! constraints
alter table center.access_act add constraint access_act_grant foreign key (grant_id) references center.access_grant (grant_id);
