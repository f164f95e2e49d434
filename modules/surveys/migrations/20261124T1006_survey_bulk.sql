-- Acts on many tasks at once, each with what it takes to undo it.

create table surveys.assignment (
  municipality_code char(6) not null,
  assignment_id uuid not null,
  disaster_id uuid not null,
  team_id uuid,
  count integer not null,
  at timestamptz not null,
  actor text not null,
  actor_label text not null,
  undone_at timestamptz,
  primary key (municipality_code, assignment_id)
);
comment on table surveys.assignment is '割当て: many tasks given to a team at one go; team null = taken from their teams';
create index assignment_disaster on surveys.assignment (municipality_code, disaster_id, assignment_id);
call app.protect('surveys.assignment', 'select, insert, update (undone_at)');

create table surveys.assignment_task (
  municipality_code char(6) not null,
  assignment_id uuid not null,
  task_id uuid not null,
  plan_before uuid,
  team_before uuid,
  primary key (municipality_code, assignment_id, task_id)
);
comment on table surveys.assignment_task is 'Which tasks, and whose they were before';
call app.protect('surveys.assignment_task', 'select, insert');

create table surveys.area_judgement (
  municipality_code char(6) not null,
  judgement_id uuid not null,
  disaster_id uuid not null,
  basis text not null check (basis in ('aerial', 'corners')),
  grade text not null,
  guideline_code text not null,
  ring jsonb not null,
  surveyed_on date not null,
  count integer not null,
  at timestamptz not null,
  actor text not null,
  actor_label text not null,
  sealed bytea not null,
  undone_at timestamptz,
  undone_by text,
  primary key (municipality_code, judgement_id)
);
comment on table surveys.area_judgement is '区域の一括判定: every house inside a line gets one result (航空写真, 浸水区域の四隅の住家)';
comment on column surveys.area_judgement.sealed is 'Reason and sample as JSON, sealed';
create index area_judgement_disaster on surveys.area_judgement (municipality_code, disaster_id, judgement_id);
call app.protect('surveys.area_judgement', 'select, insert, update (undone_at, undone_by)');
grant select, update (sealed) on surveys.area_judgement to rekeyer;

create table surveys.import (
  municipality_code char(6) not null,
  import_id uuid not null,
  disaster_id uuid not null,
  source text not null,
  counts jsonb not null,
  at timestamptz not null,
  actor text not null,
  actor_label text not null,
  primary key (municipality_code, import_id)
);
comment on table surveys.import is '調査結果の取込: results of another system or an insurer';
comment on column surveys.import.source is 'As the clerk names it: the same source''s same house is the same task';
create index import_disaster on surveys.import (municipality_code, disaster_id, import_id);
call app.protect('surveys.import', 'select, insert');

create table surveys.import_row (
  municipality_code char(6) not null,
  import_row_id uuid not null,
  disaster_id uuid not null,
  source text not null,
  row_hmac bytea not null,
  row_no integer not null,
  task_id uuid not null,
  import_id uuid not null,
  sealed bytea not null,
  primary key (municipality_code, import_row_id),
  unique (municipality_code, disaster_id, source, row_hmac, row_no)
);
comment on table surveys.import_row is 'Which task a row of a source became: appended, one row a change, so that the same file again changes nothing';
comment on column surveys.import_row.row_hmac is 'Keyed digest of the source''s own number of the house';
comment on column surveys.import_row.sealed is 'The source''s own number of the house and what the row said, as JSON, sealed';
create index import_row_task on surveys.import_row (municipality_code, task_id);
call app.protect('surveys.import_row', 'select, insert');
grant select, update (sealed, row_hmac) on surveys.import_row to rekeyer;

-- 自己判定方式 that photos do not settle becomes a 第1次調査 of the same house, with its photos.
grant update (stage) on surveys.task to app;

--! constraints
alter table surveys.assignment add constraint assignment_disaster foreign key (municipality_code, disaster_id) references disasters.disaster (municipality_code, disaster_id);
alter table surveys.assignment_task add constraint assignment_task_assignment foreign key (municipality_code, assignment_id) references surveys.assignment (municipality_code, assignment_id);
alter table surveys.assignment_task add constraint assignment_task_task foreign key (municipality_code, task_id) references surveys.task (municipality_code, task_id);
alter table surveys.area_judgement add constraint area_judgement_disaster foreign key (municipality_code, disaster_id) references disasters.disaster (municipality_code, disaster_id);
alter table surveys.import add constraint import_disaster foreign key (municipality_code, disaster_id) references disasters.disaster (municipality_code, disaster_id);
alter table surveys.import_row add constraint import_row_import foreign key (municipality_code, import_id) references surveys.import (municipality_code, import_id);
alter table surveys.import_row add constraint import_row_task foreign key (municipality_code, task_id) references surveys.task (municipality_code, task_id);
