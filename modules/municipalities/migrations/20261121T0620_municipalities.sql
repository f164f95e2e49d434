create schema municipalities;
grant usage on schema municipalities to app, linkage;

create table municipalities.setting (
  municipality_code char(6) not null,
  set_no integer not null,
  key text not null,
  from_on date not null,
  set_at timestamptz not null,
  set_by text not null,
  value jsonb not null,
  primary key (municipality_code, set_no)
);
create index setting_in_force on municipalities.setting (municipality_code, key, from_on desc, set_no desc);
comment on table municipalities.setting is 'Dated settings of a municipality, appended: the value on a day is the newest row of the newest from_on not after that day';
comment on column municipalities.setting.set_no is 'From 1, one after the other in a municipality: what two persons change at the same moment gets the same number, and only one of them has it';
call app.protect('municipalities.setting', 'select, insert', 'select');
