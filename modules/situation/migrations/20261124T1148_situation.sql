create schema situation;
grant usage on schema situation to app;

create table situation.told_figure (
  municipality_code char(6) not null,
  disaster_id uuid not null,
  item text not null,
  told_no integer not null,
  value integer check (value >= 0),
  as_of timestamptz not null,
  source text not null,
  told_at timestamptz not null,
  told_by text not null,
  told_by_label text not null,
  primary key (municipality_code, disaster_id, item, told_no)
);
comment on table situation.told_figure is '手で入力した被害の数字: known from elsewhere (fire brigade, telephone) before the data are. Appended; the highest number rules.';
comment on column situation.told_figure.value is 'null = taken back: the figure of the ledger counts again';
comment on column situation.told_figure.source is 'Whom it is from; no personal data';
call app.protect('situation.told_figure', 'select, insert');

create table situation.report (
  municipality_code char(6) not null,
  disaster_id uuid not null,
  report_no integer not null,
  final boolean not null,
  as_of timestamptz not null,
  note text not null,
  figures jsonb not null,
  made_at timestamptz not null,
  made_by text not null,
  made_by_label text not null,
  primary key (municipality_code, disaster_id, report_no)
);
comment on table situation.report is '被害状況報告 (災対法53条): 第1報 and on, frozen when made; corrected by the next. Of two who make one at once one takes the number.';
comment on column situation.report.figures is 'Per item: the value reported, where it is from, and what ledger and telephone said each';
call app.protect('situation.report', 'select, insert');

create table situation.report_row (
  municipality_code char(6) not null,
  disaster_id uuid not null,
  report_no integer not null,
  damage text not null,
  row_no integer not null,
  record text not null,
  record_id uuid not null,
  person_ref text,
  households integer not null,
  people integer not null,
  primary key (municipality_code, disaster_id, report_no, damage, row_no)
);
comment on table situation.report_row is 'What stood behind the figures of a report from the ledger when it was made';
comment on column situation.report_row.record is 'application, task, person or property: whose id record_id is';
comment on column situation.report_row.households is 'Households counted with this house: each only once, at its worst house';
call app.protect('situation.report_row', 'select, insert');

--! constraints
alter table situation.told_figure add constraint told_figure_disaster foreign key (municipality_code, disaster_id) references disasters.disaster (municipality_code, disaster_id);
alter table situation.report add constraint report_disaster foreign key (municipality_code, disaster_id) references disasters.disaster (municipality_code, disaster_id);
alter table situation.report_row add constraint report_row_report foreign key (municipality_code, disaster_id, report_no) references situation.report (municipality_code, disaster_id, report_no);
