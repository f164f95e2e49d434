-- 事案: what must not happen between the centre, issuing servers and machines, and did. It is never only a log line.
-- Identifiers and names of fields alone; no word of a document, no serial number.

create table center.incident (
  incident_id uuid not null,
  kind text not null,
  municipality_code char(6),
  endpoint text,
  kiosk_id text,
  opened_at timestamptz not null,
  last_at timestamptz not null,
  events integer not null,
  ended_at timestamptz,
  acknowledged_at timestamptz,
  acknowledged_by text,
  primary key (incident_id),
  constraint incident_kind check (kind ~ '^[a-z]+(-[a-z]+)*$'),
  constraint incident_events check (events >= 1),
  constraint incident_acknowledged check ((acknowledged_at is null) = (acknowledged_by is null))
);
comment on table center.incident is '事案. Of one kind, town, issuing server and machine one is open at a time; it counts what comes until somebody acknowledges it.';
comment on column center.incident.municipality_code is 'Null = not about one town';
comment on column center.incident.endpoint is 'Issuing server concerned; null = none';
comment on column center.incident.ended_at is 'When the trouble was over by itself (JPKI answers again); null = still there, or nothing that ends';
grant select, insert, update (last_at, events, ended_at, acknowledged_at, acknowledged_by) on center.incident to app;
create unique index incident_open on center.incident (kind, municipality_code, endpoint, kiosk_id) nulls not distinct
  where acknowledged_at is null;
create index incident_newest on center.incident (opened_at);

create table center.incident_event (
  incident_id uuid not null,
  event_no integer not null,
  at timestamptz not null,
  transaction_id char(32),
  message text,
  field text,
  other_transaction_id char(32),
  milliseconds integer,
  primary key (incident_id, event_no),
  constraint incident_event_no check (event_no >= 1)
);
comment on table center.incident_event is 'What happened each time; of a flood the first 200, the incident counts on.';
comment on column center.incident_event.message is 'Message of the exchange protocol, or step at the machine';
comment on column center.incident_event.field is 'Which field of the answer did not belong, or what was wrong; never its value';
comment on column center.incident_event.other_transaction_id is 'Whose answer or document it was';
comment on column center.incident_event.milliseconds is 'How late, or how far the clock is off';
grant select, insert on center.incident_event to app;
create index incident_event_transaction on center.incident_event (transaction_id) where transaction_id is not null;

create table center.incident_note (
  incident_id uuid not null,
  note_no integer not null,
  at timestamptz not null,
  by_operator text not null,
  text text not null,
  primary key (incident_id, note_no),
  constraint incident_note_text check (char_length(text) between 1 and 2000)
);
comment on table center.incident_note is 'What operators wrote about an incident: what was found, whom they called, what was done';
grant select, insert on center.incident_note to app;

create table center.incident_stop (
  stop_id char(32) not null,
  incident_id uuid not null,
  municipality_code char(6) not null,
  confirmed_by text,
  issuing boolean,
  primary key (stop_id)
);
comment on table center.incident_stop is 'The stop of a town (center.stop) that an incident set: from then until it is lifted no certificate of the town is quoted, built or delivered';
comment on column center.incident_stop.confirmed_by is 'Who at the town said that all stuck data have been processed and issuing may go on (office and post); null = not lifted';
comment on column center.incident_stop.issuing is 'What the issuing server answered to the lift: false = a stop of its own or of the town remains';
grant select, insert, update (confirmed_by, issuing) on center.incident_stop to app;
create index incident_stop_incident on center.incident_stop (incident_id);

--! constraints
alter table center.incident_event add constraint event_incident foreign key (incident_id) references center.incident (incident_id);
alter table center.incident_note add constraint note_incident foreign key (incident_id) references center.incident (incident_id);
alter table center.incident_stop add constraint incident_stop_of foreign key (incident_id) references center.incident (incident_id);
alter table center.incident_stop add constraint incident_stop_stop foreign key (stop_id) references center.stop (stop_id);
