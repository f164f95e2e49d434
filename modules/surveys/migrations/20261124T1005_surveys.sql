create schema surveys;
grant usage on schema surveys to app, rekeyer;

create table surveys.plan (
  municipality_code char(6) not null,
  plan_id uuid not null,
  disaster_id uuid not null,
  version integer not null,
  name text not null,
  starts_on date not null,
  ends_on date not null,
  days_off date[] not null,
  closed_at timestamptz,
  made_at timestamptz not null,
  made_by text not null,
  primary key (municipality_code, plan_id)
);
comment on table surveys.plan is '調査計画: which areas are surveyed by which teams, from when to when';
comment on column surveys.plan.days_off is 'Days of the plan on which nobody surveys';
create index plan_disaster on surveys.plan (municipality_code, disaster_id);
call app.protect('surveys.plan', 'select, insert, update (version, name, starts_on, ends_on, days_off, closed_at)');

create table surveys.plan_area (
  municipality_code char(6) not null,
  plan_id uuid not null,
  area_id uuid not null,
  name text not null,
  area_names text[] not null,
  ring jsonb,
  added_at timestamptz not null,
  added_by text not null,
  removed_at timestamptz,
  primary key (municipality_code, plan_id, area_id),
  check ((ring is null) <> (cardinality(area_names) = 0))
);
comment on table surveys.plan_area is '調査区域: by 町字・行政区 (area_names) or by a line drawn on the map (ring)';
comment on column surveys.plan_area.area_names is '町字 as tasks name it; empty = by ring';
comment on column surveys.plan_area.ring is 'Corners [longitude, latitude] of a closed line; null = by 町字';
call app.protect('surveys.plan_area', 'select, insert, update (removed_at)');

create table surveys.team (
  municipality_code char(6) not null,
  plan_id uuid not null,
  team_id uuid not null,
  version integer not null,
  name text not null,
  members text[] not null,
  houses_per_day integer not null check (houses_per_day between 1 and 200),
  works_from date not null,
  works_until date not null,
  added_at timestamptz not null,
  added_by text not null,
  removed_at timestamptz,
  primary key (municipality_code, team_id)
);
comment on table surveys.team is '調査班: who goes together, on which days, and how many houses a day are reckoned with';
comment on column surveys.team.members is 'Names of staff as shown';
create index team_plan on surveys.team (municipality_code, plan_id);
call app.protect('surveys.team', 'select, insert, update (version, name, members, houses_per_day, works_from, works_until, removed_at)');

create table surveys.task (
  municipality_code char(6) not null,
  task_id uuid not null,
  disaster_id uuid not null,
  task_no text not null,
  version integer not null,
  stage text not null check (stage in ('self', 'first', 'second', 'again')),
  state text not null check (state in ('waiting', 'claimed', 'recorded', 'conflict', 'done', 'cancelled')),
  origin text not null check (origin in ('application', 'manual', 'area', 'import')),
  origin_ref uuid,
  previous_task_id uuid,
  entry_id uuid,
  dwelling_id uuid,
  plan_id uuid,
  team_id uuid,
  area_name text not null,
  latitude double precision check (latitude between -90 and 90),
  longitude double precision check (longitude between -180 and 180),
  urgent boolean not null,
  claimed_by text,
  claimed_by_label text,
  claimed_at timestamptz,
  result_no integer not null,
  grade text,
  finished_on date,
  requested_at timestamptz not null,
  requested_by text not null,
  sealed bytea not null,
  primary key (municipality_code, task_id),
  unique (municipality_code, task_no),
  check ((latitude is null) = (longitude is null)),
  check ((plan_id is null) = (team_id is null)),
  check ((claimed_by is null) = (claimed_at is null))
);
comment on table surveys.task is '調査対象: one house of one disaster to be looked at once (災対法90条の2 被害認定調査)';
comment on column surveys.task.task_no is '調査番号, unique in the town: disaster code, T and a number';
comment on column surveys.task.stage is 'self 自己判定方式, first 第1次, second 第2次, again 再調査';
comment on column surveys.task.origin_ref is 'The application, 区域判定 or import that asked for it';
comment on column surveys.task.entry_id is 'The applicant''s entry in the ledger; null = nobody is known yet';
comment on column surveys.task.area_name is '町字 of the address without its numbers; empty = unknown';
comment on column surveys.task.result_no is 'Number of the result in force (surveys.result); 0 = none yet';
comment on column surveys.task.grade is 'Grade of the result in force';
comment on column surveys.task.finished_on is 'Day (JST) on which the house counted as surveyed, for the pace';
comment on column surveys.task.sealed is 'Address, names, contact and remarks as JSON, sealed';
create index task_list on surveys.task (municipality_code, disaster_id, task_id);
create index task_state on surveys.task (municipality_code, disaster_id, state, task_id);
create index task_team on surveys.task (municipality_code, team_id, state, task_id) where team_id is not null;
create index task_area on surveys.task (municipality_code, disaster_id, area_name, task_id);
create index task_place on surveys.task (municipality_code, disaster_id, latitude, longitude) where latitude is not null;
create index task_origin on surveys.task (municipality_code, origin_ref, task_id) where origin_ref is not null;
create index task_dwelling on surveys.task (municipality_code, dwelling_id) where dwelling_id is not null;
create index task_finished on surveys.task (municipality_code, disaster_id, finished_on) where finished_on is not null;
call app.protect('surveys.task', 'select, insert, update (version, state, plan_id, team_id, area_name, latitude, longitude, dwelling_id, urgent, claimed_by, claimed_by_label, claimed_at, result_no, grade, finished_on, sealed)');
grant select, update (sealed) on surveys.task to rekeyer;

create table surveys.person (
  municipality_code char(6) not null,
  task_id uuid not null,
  position integer not null,
  resident_no text,
  household_no text,
  non_resident_id uuid,
  primary key (municipality_code, task_id, position)
);
comment on table surveys.person is 'People of the ledger behind a task: while one is protected, its place shows nowhere';
create index person_resident on surveys.person (municipality_code, resident_no);
create index person_household on surveys.person (municipality_code, household_no);
call app.protect('surveys.person', 'select, insert');

create table surveys.sheet (
  municipality_code char(6) not null,
  sheet_id uuid not null,
  sheet_no integer not null,
  task_id uuid not null,
  guideline_code text not null,
  method text not null,
  hazard text not null,
  structure text not null,
  grade text,
  percent_x100 integer,
  surveyed_on date not null,
  started_at timestamptz,
  recorded_at timestamptz not null,
  received_at timestamptz not null,
  clock_off_s integer not null,
  distance_m integer,
  team_id uuid,
  recorded_by text not null,
  recorded_by_label text not null,
  device text not null,
  content_hmac bytea not null,
  sealed bytea not null,
  primary key (municipality_code, sheet_id, sheet_no)
);
comment on table surveys.sheet is '調査票: appended; a correction is the next number of the same sheet, a second team''s is another sheet';
comment on column surveys.sheet.guideline_code is '運用指針 by which it was scored, and which rules the disaster';
comment on column surveys.sheet.grade is 'What the rules say of it; null = they cannot (a second survey is needed, or an item is missing)';
comment on column surveys.sheet.percent_x100 is '損害割合, hundredths of a percent; null = decided without one';
comment on column surveys.sheet.recorded_at is 'By the device''s own clock';
comment on column surveys.sheet.clock_off_s is 'How far the device''s clock was from ours when it sent, in seconds: plus = ahead';
comment on column surveys.sheet.distance_m is 'From where it was recorded to the house, metres; null = unknown';
comment on column surveys.sheet.content_hmac is 'Keyed digest: the same sheet sent again is known';
comment on column surveys.sheet.sealed is 'Sheet, reasons, surveyors, witness, position and remarks as JSON, sealed';
create index sheet_task on surveys.sheet (municipality_code, task_id, sheet_id, sheet_no);
create index sheet_received on surveys.sheet (municipality_code, received_at);
call app.protect('surveys.sheet', 'select, insert');
grant select, update (sealed, content_hmac) on surveys.sheet to rekeyer;

create table surveys.photo (
  municipality_code char(6) not null,
  photo_id uuid not null,
  task_id uuid not null,
  sheet_id uuid,
  file_id uuid not null,
  part text not null,
  finding text not null,
  taken_at timestamptz,
  distance_m integer,
  recorded_at timestamptz not null,
  received_at timestamptz not null,
  recorded_by text not null,
  recorded_by_label text not null,
  sealed bytea not null,
  primary key (municipality_code, photo_id)
);
comment on table surveys.photo is '調査写真: bound to the part of the house and what was found there';
comment on column surveys.photo.sheet_id is 'The sheet it belongs to; null = of the application, or of the house as a whole';
comment on column surveys.photo.part is '部位 or view (whole, name-plate, tilt, depth); codes of surveys.ts';
comment on column surveys.photo.finding is 'Degree found there (0 to 5) or empty';
comment on column surveys.photo.taken_at is 'From the picture itself';
comment on column surveys.photo.distance_m is 'From where it says that it was taken to the house; null = unknown';
comment on column surveys.photo.sealed is 'Remarks as JSON, sealed';
create index photo_task on surveys.photo (municipality_code, task_id, photo_id);
call app.protect('surveys.photo', 'select, insert');
grant select, update (sealed) on surveys.photo to rekeyer;

create table surveys.result (
  municipality_code char(6) not null,
  task_id uuid not null,
  result_no integer not null,
  kind text not null check (kind in ('sheet', 'stated', 'self-judgement', 'area', 'import', 'undone')),
  grade text,
  percent_x100 integer,
  guideline_code text not null,
  sheet_id uuid,
  sheet_no integer,
  source_ref uuid,
  surveyed_on date not null,
  seconds integer,
  decided_at timestamptz not null,
  decided_by text not null,
  decided_by_label text not null,
  sealed bytea not null,
  primary key (municipality_code, task_id, result_no),
  check ((kind = 'undone') = (grade is null)),
  check ((kind = 'sheet') = (sheet_id is not null and sheet_no is not null))
);
comment on table surveys.result is '調査結果: appended, the highest number rules; undone = there is none again';
comment on column surveys.result.source_ref is 'The 区域判定 or import it came from';
comment on column surveys.result.seconds is '自己判定方式: how long the clerk looked';
comment on column surveys.result.sealed is 'Reason, surveyors and remarks as JSON, sealed';
create index result_source on surveys.result (municipality_code, source_ref) where source_ref is not null;
call app.protect('surveys.result', 'select, insert');
grant select, update (sealed) on surveys.result to rekeyer;

-- Numbers of a disaster's tasks come from 16 rows, as those of applications do (risai.serial_slot).
create table surveys.number_slot (
  municipality_code char(6) not null,
  disaster_id uuid not null,
  slot integer not null,
  next_no integer not null,
  primary key (municipality_code, disaster_id, slot)
);
comment on table surveys.number_slot is '調査番号: the next number of each slot of a disaster';
call app.protect('surveys.number_slot', 'select, insert, update (next_no)');

--! constraints
alter table surveys.plan add constraint plan_disaster foreign key (municipality_code, disaster_id) references disasters.disaster (municipality_code, disaster_id);
alter table surveys.plan_area add constraint plan_area_plan foreign key (municipality_code, plan_id) references surveys.plan (municipality_code, plan_id);
alter table surveys.team add constraint team_plan foreign key (municipality_code, plan_id) references surveys.plan (municipality_code, plan_id);
alter table surveys.task add constraint task_disaster foreign key (municipality_code, disaster_id) references disasters.disaster (municipality_code, disaster_id);
alter table surveys.task add constraint task_entry foreign key (municipality_code, entry_id) references ledger.entry (municipality_code, entry_id);
alter table surveys.task add constraint task_team foreign key (municipality_code, team_id) references surveys.team (municipality_code, team_id);
alter table surveys.task add constraint task_previous foreign key (municipality_code, previous_task_id) references surveys.task (municipality_code, task_id);
alter table surveys.person add constraint person_task foreign key (municipality_code, task_id) references surveys.task (municipality_code, task_id);
alter table surveys.sheet add constraint sheet_task foreign key (municipality_code, task_id) references surveys.task (municipality_code, task_id);
alter table surveys.photo add constraint photo_task foreign key (municipality_code, task_id) references surveys.task (municipality_code, task_id);
alter table surveys.photo add constraint photo_file foreign key (municipality_code, file_id) references files.file (municipality_code, file_id);
alter table surveys.result add constraint result_task foreign key (municipality_code, task_id) references surveys.task (municipality_code, task_id);
alter table surveys.number_slot add constraint number_slot_disaster foreign key (municipality_code, disaster_id) references disasters.disaster (municipality_code, disaster_id);
