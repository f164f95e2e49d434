create table risai.slot (
  municipality_code char(6) not null,
  slot_id uuid not null,
  disaster_id uuid not null,
  place text not null,
  on_day date not null,
  from_minute integer not null check (from_minute between 0 and 1439),
  to_minute integer not null check (to_minute between 1 and 1440),
  capacity integer not null check (capacity between 0 and 500),
  taken integer not null default 0,
  version integer not null default 1,
  made_at timestamptz not null,
  made_by text not null,
  primary key (municipality_code, slot_id),
  unique (municipality_code, disaster_id, place, on_day, from_minute),
  check (to_minute > from_minute),
  check (taken between 0 and capacity)
);
comment on table risai.slot is '予約枠: a stretch of a day at one counter, and how many may come';
comment on column risai.slot.from_minute is 'Minutes after midnight, JST';
comment on column risai.slot.taken is 'Appointments that stand: never more than capacity, by this table''s own check';
call app.protect('risai.slot', 'select, insert, update (capacity, taken, version)');

create table risai.appointment (
  municipality_code char(6) not null,
  appointment_id uuid not null,
  slot_id uuid not null,
  application_id uuid not null,
  state text not null check (state in ('booked', 'came', 'cancelled', 'no-show')),
  version integer not null,
  booked_at timestamptz not null,
  booked_by text not null,
  booked_by_label text not null,
  ended_at timestamptz,
  primary key (municipality_code, appointment_id)
);
comment on table risai.appointment is '来庁予約: who comes when for the certificate';
create unique index appointment_open on risai.appointment (municipality_code, application_id) where state = 'booked';
create index appointment_slot on risai.appointment (municipality_code, slot_id);
call app.protect('risai.appointment', 'select, insert, update (slot_id, state, version, ended_at)');

--! constraints
alter table risai.slot add constraint slot_disaster foreign key (municipality_code, disaster_id) references disasters.disaster (municipality_code, disaster_id);
alter table risai.appointment add constraint appointment_slot foreign key (municipality_code, slot_id) references risai.slot (municipality_code, slot_id);
alter table risai.appointment add constraint appointment_application foreign key (municipality_code, application_id) references risai.application (municipality_code, application_id);
