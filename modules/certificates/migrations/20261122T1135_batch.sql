create table certificates.batch (
  municipality_code char(6) not null,
  batch_id uuid not null,
  kind text not null,
  scope_id text not null,
  with_sheets boolean not null,
  bundle_size smallint not null check (bundle_size between 1 and 100),
  asked_at timestamptz not null,
  asked_by text not null,
  asked_by_label text not null,
  runs integer not null,
  primary key (municipality_code, batch_id)
);
comment on table certificates.batch is '一括印刷: many certificates of one kind, printed in bundles';
comment on column certificates.batch.scope_id is 'What they belong to, as the module of the kind names it (罹災証明書: the disaster)';
comment on column certificates.batch.with_sheets is 'A 宛名台紙 goes before each certificate';
comment on column certificates.batch.runs is 'How often a job took it up. Whoever counts it up holds the row until the job ends: one job at a time';
create index batch_list on certificates.batch (municipality_code, kind, scope_id, batch_id);
call app.protect('certificates.batch', 'select, insert, update (runs)');

create table certificates.batch_state (
  municipality_code char(6) not null,
  batch_id uuid not null,
  position smallint not null,
  state text not null check (state in ('running', 'pausing', 'paused', 'stopped', 'done')),
  code smallint,
  at timestamptz not null,
  actor text not null,
  primary key (municipality_code, batch_id, position),
  check ((code is not null) = (state = 'stopped'))
);
comment on table certificates.batch_state is 'Appended; the last position is the present. paused, stopped and done are said by the job as it ends';
comment on column certificates.batch_state.code is 'Why it stopped: a code of refusals.ts';
call app.protect('certificates.batch_state', 'select, insert');

create table certificates.batch_item (
  municipality_code char(6) not null,
  batch_id uuid not null,
  position integer not null,
  subject_id text not null,
  copies smallint not null check (copies between 1 and 10),
  transaction_id text not null check (transaction_id ~ '^[0-9a-f]{32}$'),
  state text not null check (state in ('waiting', 'built', 'bundled', 'printed', 'left-out')),
  bundle_no integer,
  bundle_place smallint,
  code smallint,
  reasons bytea,
  primary key (municipality_code, batch_id, position),
  unique (municipality_code, transaction_id),
  check ((bundle_no is null) = (bundle_place is null)),
  check (code is null or state = 'left-out')
);
comment on table certificates.batch_item is 'One certificate of a batch, in the order of printing. Its 取引番号 is drawn before anything is made, so that nothing is made twice';
comment on column certificates.batch_item.bundle_place is 'From 1; a certificate that is left out later leaves its place empty';
comment on column certificates.batch_item.code is 'Why it was left out: a code of refusals.ts; null = by the clerk';
comment on column certificates.batch_item.reasons is 'Words for the clerk, sealed';
create unique index batch_item_open on certificates.batch_item (municipality_code, subject_id) where state in ('waiting', 'built', 'bundled');
create index batch_item_state on certificates.batch_item (municipality_code, batch_id, state, position);
create index batch_item_bundle on certificates.batch_item (municipality_code, batch_id, bundle_no, bundle_place);
call app.protect('certificates.batch_item', 'select, insert, update (state, bundle_no, bundle_place, code, reasons)');

create table certificates.batch_bundle (
  municipality_code char(6) not null,
  batch_id uuid not null,
  bundle_no integer not null,
  sheets bytea,
  made_at timestamptz not null,
  primary key (municipality_code, batch_id, bundle_no)
);
comment on table certificates.batch_bundle is '束: certificates that are printed as one document';
comment on column certificates.batch_bundle.sheets is 'Sealed JSON of the 宛名台紙, one page a place: the PDF, and what each page says; null = none';
call app.protect('certificates.batch_bundle', 'select, insert');

create table certificates.batch_bundle_end (
  municipality_code char(6) not null,
  batch_id uuid not null,
  bundle_no integer not null,
  printed boolean not null,
  at timestamptz not null,
  actor text not null,
  actor_label text not null,
  primary key (municipality_code, batch_id, bundle_no)
);
comment on table certificates.batch_bundle_end is 'That a bundle was printed, or given up; said once, by a clerk';
call app.protect('certificates.batch_bundle_end', 'select, insert');

--! constraints
alter table certificates.batch_state add constraint batch_state_batch foreign key (municipality_code, batch_id) references certificates.batch (municipality_code, batch_id);
alter table certificates.batch_item add constraint batch_item_batch foreign key (municipality_code, batch_id) references certificates.batch (municipality_code, batch_id);
alter table certificates.batch_bundle add constraint batch_bundle_batch foreign key (municipality_code, batch_id) references certificates.batch (municipality_code, batch_id);
alter table certificates.batch_bundle_end add constraint batch_bundle_end_bundle foreign key (municipality_code, batch_id, bundle_no) references certificates.batch_bundle (municipality_code, batch_id, bundle_no);
