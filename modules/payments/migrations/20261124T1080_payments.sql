create schema payments;
grant usage on schema payments to app;

create table payments.remitter (
  municipality_code char(6) not null,
  version integer not null,
  details jsonb not null,
  written_at timestamptz not null,
  written_by text not null,
  primary key (municipality_code, version)
);
comment on table payments.remitter is '振込依頼人: the town''s own account and its code at the bank. Appended; the highest version rules.';
comment on column payments.remitter.details is 'Remitter (zengin.ts); of the town, of no person';
call app.protect('payments.remitter', 'select, insert');

create table payments.account (
  municipality_code char(6) not null,
  application_id uuid not null,
  version integer not null,
  sealed bytea not null,
  written_at timestamptz not null,
  written_by text not null,
  written_by_label text not null,
  primary key (municipality_code, application_id, version)
);
comment on table payments.account is '振込先口座 of an application. Appended; the highest version rules.';
comment on column payments.account.sealed is 'PayeeAccount (payments.ts) as JSON, sealed with the town''s key';
call app.protect('payments.account', 'select, insert');
grant select, update (sealed) on payments.account to rekeyer;

create table payments.clearance (
  municipality_code char(6) not null,
  application_id uuid not null,
  account_version integer not null,
  warning text not null check (warning in ('shared-account', 'other-holder')),
  reason bytea not null,
  cleared_at timestamptz not null,
  cleared_by text not null,
  cleared_by_label text not null,
  primary key (municipality_code, application_id, account_version, warning)
);
comment on table payments.clearance is 'Somebody looked into a warning about an account and found it right: a family that shares one, a guardian''s';
call app.protect('payments.clearance', 'select, insert');
grant select, update (reason) on payments.clearance to rekeyer;

create table payments.run (
  municipality_code char(6) not null,
  run_id uuid not null,
  disaster_id uuid not null,
  transfer_on date not null,
  state text not null check (state in ('proposed', 'approved', 'cancelled', 'settled')),
  version integer not null,
  items integer not null check (items > 0),
  total_yen bigint not null check (total_yen > 0),
  made_at timestamptz not null,
  made_by text not null,
  made_by_label text not null,
  approved_at timestamptz,
  approved_by text,
  approved_by_label text,
  sha256 text,
  primary key (municipality_code, run_id),
  check (approved_by <> made_by),
  check ((approved_by is null) = (sha256 is null))
);
comment on table payments.run is '支払の回: transfers of one day, made by one person and approved by another';
comment on column payments.run.sha256 is 'Of the file as approved: every export gives these bytes or none';
create index run_list on payments.run (municipality_code, disaster_id, run_id);
call app.protect('payments.run', 'select, insert, update (state, version, approved_at, approved_by, approved_by_label, sha256)');

create table payments.item (
  municipality_code char(6) not null,
  run_id uuid not null,
  item_no integer not null,
  award_id uuid not null,
  application_id uuid not null,
  amount_yen bigint not null check (amount_yen > 0),
  account_version integer not null,
  state text not null check (state in ('planned', 'sent', 'paid', 'returned', 'dropped')),
  return_code text,
  state_at timestamptz not null,
  primary key (municipality_code, run_id, item_no)
);
comment on table payments.item is '振込一件: what a run pays. One award stands in one living item at most.';
comment on column payments.item.state is 'planned until approved, sent, then paid or returned (振込不能); dropped with its cancelled run';
create unique index item_once on payments.item (municipality_code, award_id) where state in ('planned', 'sent', 'paid');
call app.protect('payments.item', 'select, insert, update (state, return_code, state_at)');

create table payments.export (
  municipality_code char(6) not null,
  export_id uuid not null,
  run_id uuid not null,
  sha256 text not null,
  exported_at timestamptz not null,
  exported_by text not null,
  exported_by_label text not null,
  primary key (municipality_code, export_id)
);
comment on table payments.export is 'Each time the bank''s file was taken out';
call app.protect('payments.export', 'select, insert');

create table payments.repayment (
  municipality_code char(6) not null,
  award_id uuid not null,
  repayment_no integer not null,
  amount_yen bigint not null check (amount_yen > 0),
  received_on date not null,
  recorded_at timestamptz not null,
  recorded_by text not null,
  recorded_by_label text not null,
  primary key (municipality_code, award_id, repayment_no)
);
comment on table payments.repayment is '返還金の入金: money that came back of an award claimed back. Of two who record at once one takes the number, and the other counts again.';
call app.protect('payments.repayment', 'select, insert');

--! constraints
alter table payments.account add constraint account_application foreign key (municipality_code, application_id) references support.application (municipality_code, application_id);
alter table payments.clearance add constraint clearance_account foreign key (municipality_code, application_id, account_version) references payments.account (municipality_code, application_id, version);
alter table payments.run add constraint run_disaster foreign key (municipality_code, disaster_id) references disasters.disaster (municipality_code, disaster_id);
alter table payments.item add constraint item_run foreign key (municipality_code, run_id) references payments.run (municipality_code, run_id);
alter table payments.item add constraint item_award foreign key (municipality_code, award_id) references support.award (municipality_code, award_id);
alter table payments.item add constraint item_account foreign key (municipality_code, application_id, account_version) references payments.account (municipality_code, application_id, version);
alter table payments.export add constraint export_run foreign key (municipality_code, run_id) references payments.run (municipality_code, run_id);
alter table payments.repayment add constraint repayment_award foreign key (municipality_code, award_id) references support.award (municipality_code, award_id);
