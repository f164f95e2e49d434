create schema municipalities;
grant usage on schema municipalities to app, linkage;

create table municipalities.setting (
  municipality_code char(6) not null,
  setting_id uuid not null,
  key text not null,
  from_on date not null,
  set_at timestamptz not null,
  set_by text not null,
  value jsonb not null,
  primary key (municipality_code, setting_id)
);
create index setting_in_force on municipalities.setting (municipality_code, key, from_on desc, setting_id desc);
comment on table municipalities.setting is 'Dated settings of a municipality, appended: the value on a day is the newest row (UUIDv7) of the newest from_on not after that day';
call app.protect('municipalities.setting', 'select, insert', 'select');
