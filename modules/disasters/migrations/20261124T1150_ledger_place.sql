create table disasters.ledger_place (
  municipality_code char(6) not null,
  disaster_id uuid not null,
  setting_no integer not null,
  elsewhere boolean not null,
  from_on date not null,
  system_name text not null,
  note text not null,
  set_at timestamptz not null,
  set_by text not null,
  set_by_label text not null,
  primary key (municipality_code, disaster_id, setting_no)
);
comment on table disasters.ledger_place is '外部被災者支援連携: whether the 被災者台帳 of a disaster is kept in another system. One row a setting, appended; of those that have begun the highest number holds.';
comment on column disasters.ledger_place.system_name is 'What the other system is called, as staff read it; no personal data';
call app.protect('disasters.ledger_place', 'select, insert');

--! constraints
alter table disasters.ledger_place add constraint ledger_place_disaster foreign key (municipality_code, disaster_id) references disasters.disaster (municipality_code, disaster_id);
