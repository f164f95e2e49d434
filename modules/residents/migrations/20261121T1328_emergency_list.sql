-- 緊急名簿: who made a list of people when the town hall could not work, what for, and of whom.
create table residents.emergency_list (
  municipality_code char(6) not null,
  list_id uuid not null,
  purpose text not null,
  scope text not null check (scope in ('everybody', 'area', 'district')),
  sealed bytea not null,
  seq bigint not null,
  people integer not null,
  begun_by text not null,
  begun_at timestamptz not null,
  primary key (municipality_code, list_id)
);
comment on table residents.emergency_list is '緊急名簿 (庁舎被災時の業務継続): one row a list that somebody began; who was on it is in the audit trail';
comment on column residents.emergency_list.sealed is 'The reason as typed and the 町字 or 地区 asked for, sealed';
comment on column residents.emergency_list.seq is 'Number of the town''s data the list is of: all its parts are of one moment';
comment on column residents.emergency_list.people is 'Residents of the town then: what has to be looked through';
call app.protect('residents.emergency_list', 'select, insert');
grant select, update (sealed) on residents.emergency_list to rekeyer;
