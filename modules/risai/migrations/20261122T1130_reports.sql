create table risai.report (
  municipality_code char(6) not null,
  report_id uuid not null,
  disaster_id uuid not null,
  entry_id uuid not null,
  applicant_ref text not null,
  resident_no text,
  household_no text,
  non_resident_id uuid,
  serial_no text,
  state text not null check (state in ('received', 'accepted', 'withdrawn')),
  version integer not null,
  notified_on date not null,
  received_at timestamptz not null,
  received_by text not null,
  accepted_at timestamptz,
  accepted_by text,
  sealed bytea not null,
  withdrawn_reason bytea,
  primary key (municipality_code, report_id),
  unique (municipality_code, serial_no),
  check ((resident_no is null) <> (non_resident_id is null)),
  check ((serial_no is null) = (accepted_at is null)),
  check (state <> 'accepted' or serial_no is not null)
);
comment on table risai.report is '被災届出: that damage other than to a dwelling was notified. Accepted, it is what a 被災証明書 certifies.';
comment on column risai.report.applicant_ref is 'Who notified: R-<宛名番号> or N-<住登外者>';
comment on column risai.report.household_no is '世帯番号 as the ledger was cut: 支援措置 reaches the household';
comment on column risai.report.serial_no is '整理番号, given at 受理; unique in the town';
comment on column risai.report.sealed is 'What was notified as JSON, sealed';
create index report_list on risai.report (municipality_code, disaster_id, report_id);
create index report_resident on risai.report (municipality_code, resident_no);
call app.protect('risai.report', 'select, insert, update (state, version, serial_no, accepted_at, accepted_by, withdrawn_reason)');

-- As risai.serial_slot, for the numbers of 被災届出.
create table risai.report_slot (
  municipality_code char(6) not null,
  disaster_id uuid not null,
  slot integer not null,
  next_no integer not null,
  primary key (municipality_code, disaster_id, slot)
);
comment on table risai.report_slot is '被災届出の整理番号: the next number of each slot of a disaster';
call app.protect('risai.report_slot', 'select, insert, update (next_no)');

--! constraints
alter table risai.report add constraint report_disaster foreign key (municipality_code, disaster_id) references disasters.disaster (municipality_code, disaster_id);
alter table risai.report add constraint report_entry foreign key (municipality_code, entry_id) references ledger.entry (municipality_code, entry_id);
alter table risai.report_slot add constraint report_slot_disaster foreign key (municipality_code, disaster_id) references disasters.disaster (municipality_code, disaster_id);
