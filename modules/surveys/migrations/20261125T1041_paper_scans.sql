-- 紙の調査票: what came back by scan, kept as evidence. A sheet is recorded from it by a person, never by itself.
create table surveys.scan (
  municipality_code char(6) not null,
  scan_id uuid not null,
  task_id uuid not null,
  sheet_id uuid not null,
  file_id uuid not null,
  hazard text not null,
  structure text not null,
  stage text not null,
  page integer not null,
  pages integer not null,
  stored_at timestamptz not null,
  stored_by text not null,
  stored_by_label text not null,
  primary key (municipality_code, scan_id)
);
comment on table surveys.scan is '紙の調査票の読取り: a scanned page of a printed sheet';
comment on column surveys.scan.sheet_id is 'The sheet that the paper becomes once a person has confirmed it (surveys.sheet); printed in its code';
create index scan_task on surveys.scan (municipality_code, task_id, scan_id);
call app.protect('surveys.scan', 'select, insert');
call app.limit_by_parent('surveys.scan', 'surveys.task', 'task_id');

--! constraints
alter table surveys.scan add constraint scan_task foreign key (municipality_code, task_id) references surveys.task (municipality_code, task_id);
alter table surveys.scan add constraint scan_file foreign key (municipality_code, file_id) references files.file (municipality_code, file_id);
