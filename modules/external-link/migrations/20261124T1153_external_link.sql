create schema external_link;
grant usage on schema external_link to app;

create table external_link.counter (
  municipality_code char(6) not null,
  disaster_id uuid not null,
  kind text not null check (kind in ('applications', 'issues', 'results')),
  last_no integer not null,
  primary key (municipality_code, disaster_id, kind)
);
comment on table external_link.counter is 'Last number given of each kind of file of a disaster. Its lock puts those who make or take a file in turn.';
call app.protect('external_link.counter', 'select, insert, update (last_no)');

create table external_link.handover (
  municipality_code char(6) not null,
  disaster_id uuid not null,
  kind text not null check (kind in ('applications', 'issues')),
  file_no integer not null,
  rows integer not null,
  made_at timestamptz not null,
  made_by text not null,
  fetched_at timestamptz,
  acknowledged_at timestamptz,
  acknowledged_by text,
  primary key (municipality_code, disaster_id, kind, file_no)
);
comment on table external_link.handover is '引渡しファイル: applications handed out, or issue results handed back. Its words are written anew when it is asked for, so that whoever is protected by then is told without place.';
call app.protect('external_link.handover', 'select, insert, update (fetched_at, acknowledged_at, acknowledged_by)');

create table external_link.handover_row (
  municipality_code char(6) not null,
  disaster_id uuid not null,
  kind text not null,
  subject text not null,
  version integer not null,
  file_no integer not null,
  line integer not null,
  form_no integer,
  ended boolean not null,
  primary key (municipality_code, disaster_id, kind, subject, version)
);
comment on table external_link.handover_row is 'One application or paper in the version that was handed over: the key lets none leave in two files';
comment on column external_link.handover_row.subject is 'The application''s id, or the 取引番号 of an issue';
comment on column external_link.handover_row.version is 'Of an application its version; of an issue 1 printed, 2 lost its force';
comment on column external_link.handover_row.ended is '取下げ・不受理・併合 of an application handed out before; 失効 of a paper';
create index handover_row_file on external_link.handover_row (municipality_code, disaster_id, kind, file_no, line);
call app.protect('external_link.handover_row', 'select, insert');

create table external_link.upload (
  municipality_code char(6) not null,
  disaster_id uuid not null,
  upload_no integer not null,
  mode text not null check (mode in ('full', 'delta')),
  sha256 text not null,
  state text not null check (state in ('applied', 'refused')),
  counts jsonb not null,
  errors jsonb not null,
  error_count integer not null,
  at timestamptz not null,
  actor text not null,
  actor_label text not null,
  primary key (municipality_code, disaster_id, upload_no)
);
comment on table external_link.upload is '結果の取込: one row a file, taken or refused, with what was wrong (line, item, reason; never a value)';
call app.protect('external_link.upload', 'select, insert');

create table external_link.result (
  municipality_code char(6) not null,
  result_id uuid not null,
  disaster_id uuid not null,
  kind text not null check (kind in ('risai', 'hisai')),
  application_no text not null,
  version_no integer not null,
  upload_no integer not null,
  outcome text not null check (outcome in ('issuable', 'not-issuable')),
  grade text check (grade in ('G1', 'G2', 'G3', 'G4', 'G5', 'G6')),
  application_id uuid,
  entry_id uuid not null,
  serial_no text,
  issue_from date,
  made_at timestamptz not null,
  ended_at timestamptz,
  ended_cause text check (ended_cause in ('corrected', 'cancelled', 'absent')),
  sealed bytea not null,
  primary key (municipality_code, result_id),
  unique (municipality_code, disaster_id, kind, application_no, version_no)
);
comment on table external_link.result is '外部システムの決定: one version of one result. issuable is the subject of a 罹災証明書 or 被災証明書; a corrected one ends it.';
comment on column external_link.result.application_no is '申請番号: our 整理番号, or the number of a paper application taken by the other system';
comment on column external_link.result.application_id is 'Our application; null = taken by the other system';
comment on column external_link.result.sealed is 'The whole line as JSON, sealed';
create unique index result_in_force on external_link.result (municipality_code, disaster_id, kind, application_no) where ended_at is null;
create unique index result_serial_no on external_link.result (municipality_code, disaster_id, kind, serial_no) where ended_at is null and serial_no is not null;
call app.protect('external_link.result', 'select, insert, update (ended_at, ended_cause)');
grant select, update (sealed) on external_link.result to rekeyer;

create table external_link.result_person (
  municipality_code char(6) not null,
  result_id uuid not null,
  position integer not null,
  resident_no text,
  household_no text,
  non_resident_id uuid,
  primary key (municipality_code, result_id, position),
  check ((resident_no is null) <> (non_resident_id is null))
);
comment on table external_link.result_person is 'Whom a result is about: position 0 is who applied or the head, the others may take the paper too';
create index result_person_resident on external_link.result_person (municipality_code, resident_no) where resident_no is not null;
call app.protect('external_link.result_person', 'select, insert');

--! constraints
alter table external_link.counter add constraint counter_disaster foreign key (municipality_code, disaster_id) references disasters.disaster (municipality_code, disaster_id);
alter table external_link.handover add constraint handover_disaster foreign key (municipality_code, disaster_id) references disasters.disaster (municipality_code, disaster_id);
alter table external_link.handover_row add constraint handover_row_file_of foreign key (municipality_code, disaster_id, kind, file_no) references external_link.handover (municipality_code, disaster_id, kind, file_no);
alter table external_link.upload add constraint upload_disaster foreign key (municipality_code, disaster_id) references disasters.disaster (municipality_code, disaster_id);
alter table external_link.result add constraint result_upload foreign key (municipality_code, disaster_id, upload_no) references external_link.upload (municipality_code, disaster_id, upload_no);
alter table external_link.result_person add constraint result_person_result foreign key (municipality_code, result_id) references external_link.result (municipality_code, result_id);
