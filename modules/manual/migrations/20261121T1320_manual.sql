-- 手作業取込: what staff put in, how they said it was to be read, and what became of it. The bytes lie in the spool.
create schema manual;
grant usage on schema manual to app, linkage;

create table manual.upload (
  municipality_code char(6) not null,
  upload_id uuid not null,
  business text not null,
  spool_id uuid not null,
  sealed_key bytea not null,
  sealed bytea not null,
  bytes bigint not null check (bytes > 0),
  made_by text not null,
  made_at timestamptz not null,
  gone_at timestamptz,
  primary key (municipality_code, upload_id)
);
comment on table manual.upload is 'A file that a member of staff put in. Its bytes lie in the spool under a key of their own, and go when it is done with.';
comment on column manual.upload.sealed is 'Name of the file and, of a workbook, its sheets and where their text lies';
comment on column manual.upload.gone_at is 'When its bytes were removed';
create index upload_there on manual.upload (municipality_code, made_at) where gone_at is null;
call app.protect('manual.upload', 'select, insert, update (sealed, gone_at)', 'select, update (gone_at)');

create table manual.mapping (
  municipality_code char(6) not null,
  mapping_id uuid not null,
  business text not null,
  sealed bytea not null,
  saved_by text not null,
  saved_at timestamptz not null,
  primary key (municipality_code, mapping_id)
);
comment on table manual.mapping is '項目対応: how a file with such a header was read. The newest of a header counts. Appended, never changed.';
comment on column manual.mapping.sealed is 'Header and plan: a header row that was guessed wrongly may be a person';
create index mapping_by_time on manual.mapping (municipality_code, business, saved_at);
call app.protect('manual.mapping', 'select, insert');

create table manual.run (
  municipality_code char(6) not null,
  run_id uuid not null,
  upload_id uuid not null,
  business text not null,
  kind text not null check (kind in ('check', 'apply')),
  mode text not null check (mode in ('full', 'delta')),
  confirmed_deletions integer,
  sealed bytea not null,
  state text not null check (state in ('waiting', 'running', 'done', 'refused', 'failed')),
  reading integer not null,
  bytes_done bigint not null,
  rows_done bigint not null,
  result jsonb,
  started_by text not null,
  made_at timestamptz not null,
  finished_at timestamptz,
  primary key (municipality_code, run_id),
  check ((state in ('done', 'refused', 'failed')) = (finished_at is not null))
);
comment on table manual.run is '試行と取込: one row a try. A try that a crash cut off is begun again by the job queue; what it applies and that it is done commit together.';
comment on column manual.run.confirmed_deletions is 'The number of deletions that the clerk typed; more than that are not made';
comment on column manual.run.sealed is 'The plan it reads by';
comment on column manual.run.reading is 'The file is read once to check and once or twice to apply: which reading this is';
comment on column manual.run.result is 'Counts, notes and the first wrong lines by line and item. No personal data.';
create index run_by_time on manual.run (municipality_code, business, made_at);
call app.protect('manual.run', 'select, insert', 'select, update (state, reading, bytes_done, rows_done, result, finished_at)');

create table manual.no_suppression (
  municipality_code char(6) not null,
  statement_id uuid not null,
  stated_by text not null,
  stated_at timestamptz not null,
  primary key (municipality_code, statement_id)
);
comment on table manual.no_suppression is '支援措置「該当者なし」: somebody said that the town has no such person, so that residents may be loaded without a file of them';
call app.protect('manual.no_suppression', 'select, insert');

--! constraints
alter table manual.run add constraint run_upload foreign key (municipality_code, upload_id) references manual.upload (municipality_code, upload_id);
