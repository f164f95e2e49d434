-- ユーザ管理, roles that a town shapes, roles for one disaster, separation of duties.

alter table access.staff
  add column version integer not null default 1,
  add column last_on date;
comment on column access.staff.disabled_at is '停止: since when the account may not be used';
comment on column access.staff.last_on is '退職: the last day of work; afterwards the account may not be used. It is never deleted: its acts stand on record.';

alter table access.staff_role
  add column only_disaster uuid not null default '00000000-0000-0000-0000-000000000000';
comment on column access.staff_role.role is 'A built-in role by its name, or one of the town''s own by its id';
comment on column access.staff_role.only_disaster is 'The one disaster for which the role holds; all zeros = for all';
alter table access.staff_role drop constraint staff_role_pkey;
alter table access.staff_role add primary key (municipality_code, staff_id, role, from_on, only_disaster);

create table access.town_role (
  municipality_code char(6) not null,
  role_id uuid not null,
  version integer not null,
  name text not null,
  permissions text[] not null,
  ended boolean not null,
  at timestamptz not null,
  by text not null,
  primary key (municipality_code, role_id, version)
);
comment on table access.town_role is '役割: a named set of permissions that the town shaped; the newest version rules, at once';
call app.protect('access.town_role', 'select, insert');

create table access.duty_setting (
  municipality_code char(6) not null,
  duty text not null,
  version integer not null,
  mode text not null check (mode in ('off', 'act', 'person')),
  at timestamptz not null,
  by text not null,
  primary key (municipality_code, duty, version)
);
comment on table access.duty_setting is '職務の分離: how far the town keeps two duties apart; without a row the built-in default rules';
comment on column access.duty_setting.mode is 'off: not at all. act: nobody does both on the same matter. person: nobody holds both permissions.';
call app.protect('access.duty_setting', 'select, insert');
