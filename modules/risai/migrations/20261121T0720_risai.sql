create schema risai;
grant usage on schema risai to app;

create table risai.application (
  municipality_code char(6) not null,
  application_id uuid not null,
  disaster_id uuid not null,
  entry_id uuid not null,
  applicant_ref text not null,
  serial_no text not null,
  state text not null check (state in ('received', 'accepted', 'rejected', 'graded', 'issuable', 'not-issuable', 'withdrawn')),
  version integer not null,
  form_no integer not null,
  applied_on date not null,
  received_at timestamptz not null,
  received_by text not null,
  state_reason bytea,
  primary key (municipality_code, application_id),
  unique (municipality_code, serial_no)
);
comment on table risai.application is '罹災証明書の申請 (災対法90条の2): one damaged dwelling of one disaster';
comment on column risai.application.entry_id is 'The applicant''s entry in the ledger';
comment on column risai.application.applicant_ref is 'The applicant: R-<宛名番号> or N-<住登外者>';
comment on column risai.application.serial_no is '整理番号, unique in the town: disaster code and a number from risai.serial_slot';
comment on column risai.application.form_no is 'The version of the form in force (risai.form)';
comment on column risai.application.state_reason is 'Why it was rejected or withdrawn, sealed; null = neither';
create index application_list on risai.application (municipality_code, disaster_id, application_id);
create index application_state on risai.application (municipality_code, disaster_id, state, application_id);
create index application_applicant on risai.application (municipality_code, applicant_ref);
call app.protect('risai.application', 'select, insert, update (state, version, form_no, state_reason)');

create table risai.form (
  municipality_code char(6) not null,
  application_id uuid not null,
  form_no integer not null,
  sealed bytea not null,
  written_at timestamptz not null,
  written_by text not null,
  primary key (municipality_code, application_id, form_no)
);
comment on table risai.form is '申請書の記載: one row a correction, appended; sealed as a whole';
call app.protect('risai.form', 'select, insert');

create table risai.person (
  municipality_code char(6) not null,
  application_id uuid not null,
  form_no integer not null,
  position integer not null,
  role text not null check (role in ('applicant', 'head', 'member')),
  resident_no text,
  household_no text,
  non_resident_id uuid,
  primary key (municipality_code, application_id, form_no, position)
);
comment on table risai.person is 'People of a form who are of the ledger: who is protected, and whose certificate it is';
comment on column risai.person.household_no is '世帯番号 as the ledger was cut: 支援措置 reaches the household';
create index person_resident on risai.person (municipality_code, resident_no);
call app.protect('risai.person', 'select, insert');

create table risai.grading (
  municipality_code char(6) not null,
  application_id uuid not null,
  grading_no integer not null,
  grade text not null check (grade in ('G0', 'G1', 'G2', 'G3', 'G4', 'G5', 'G6')),
  surveyed_on date not null,
  method text not null,
  sealed bytea not null,
  graded_at timestamptz not null,
  graded_by text not null,
  graded_by_label text not null,
  primary key (municipality_code, application_id, grading_no)
);
comment on table risai.grading is '被害の程度: appended, the highest number rules';
comment on column risai.grading.grade is 'G1 全壊 to G6 準半壊に至らない（一部損壊）; G0 無被害, never certified';
comment on column risai.grading.sealed is 'Surveyors'' names and the note as JSON, sealed';
call app.protect('risai.grading', 'select, insert');

create table risai.decision (
  municipality_code char(6) not null,
  application_id uuid not null,
  decision_no integer not null,
  grading_no integer not null,
  outcome text not null check (outcome in ('issuable', 'not-issuable')),
  reason bytea not null,
  decided_at timestamptz not null,
  decided_by text not null,
  decided_by_label text not null,
  primary key (municipality_code, application_id, decision_no)
);
comment on table risai.decision is '交付の可否: appended; names the grading it stands on and who decided';
call app.protect('risai.decision', 'select, insert');

create table risai.certificate (
  municipality_code char(6) not null,
  certificate_id uuid not null,
  application_id uuid not null,
  serial_no text not null,
  decision_no integer not null,
  grade text not null check (grade in ('G1', 'G2', 'G3', 'G4', 'G5', 'G6')),
  made_at timestamptz not null,
  withdrawn_at timestamptz,
  withdrawn_by text,
  withdrawn_reason bytea,
  primary key (municipality_code, certificate_id),
  unique (municipality_code, serial_no),
  unique (municipality_code, application_id, decision_no)
);
comment on table risai.certificate is '罹災証明書 that may be issued: one a decision 交付可. Copies are issues of the certificates module.';
comment on column risai.certificate.withdrawn_at is '失効: the dwelling is graded again; null = in force';
create unique index certificate_in_force on risai.certificate (municipality_code, application_id) where withdrawn_at is null;
call app.protect('risai.certificate', 'select, insert, update (withdrawn_at, withdrawn_by, withdrawn_reason)');

-- Numbers of a disaster come from 16 rows: slot k gives k, k+16, k+32, … A clerk takes the lowest slot that nobody
-- holds, so sixteen may number at once, a rolled-back application returns its number, and one clerk alone gets 1, 2, 3.
create table risai.serial_slot (
  municipality_code char(6) not null,
  disaster_id uuid not null,
  slot integer not null,
  next_no integer not null,
  primary key (municipality_code, disaster_id, slot)
);
comment on table risai.serial_slot is '整理番号: the next number of each slot of a disaster (no one-row counter in a hot path)';
call app.protect('risai.serial_slot', 'select, insert, update (next_no)');

--! constraints
alter table risai.application add constraint application_disaster foreign key (municipality_code, disaster_id) references disasters.disaster (municipality_code, disaster_id);
alter table risai.application add constraint application_entry foreign key (municipality_code, entry_id) references ledger.entry (municipality_code, entry_id);
alter table risai.form add constraint form_application foreign key (municipality_code, application_id) references risai.application (municipality_code, application_id);
alter table risai.person add constraint person_form foreign key (municipality_code, application_id, form_no) references risai.form (municipality_code, application_id, form_no);
alter table risai.grading add constraint grading_application foreign key (municipality_code, application_id) references risai.application (municipality_code, application_id);
alter table risai.decision add constraint decision_grading foreign key (municipality_code, application_id, grading_no) references risai.grading (municipality_code, application_id, grading_no);
alter table risai.certificate add constraint certificate_decision foreign key (municipality_code, application_id, decision_no) references risai.decision (municipality_code, application_id, decision_no);
alter table risai.serial_slot add constraint serial_slot_disaster foreign key (municipality_code, disaster_id) references disasters.disaster (municipality_code, disaster_id);
