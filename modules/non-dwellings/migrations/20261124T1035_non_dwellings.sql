create schema non_dwellings;
grant usage on schema non_dwellings to app, rekeyer;

create table non_dwellings.property (
  municipality_code char(6) not null,
  non_dwelling_id uuid not null,
  disaster_id uuid not null,
  entry_id uuid not null,
  person_ref text not null,
  resident_no text,
  household_no text,
  non_resident_id uuid,
  kind text not null,
  owner_kind text not null check (owner_kind in ('person', 'company')),
  result_code text,
  report_id uuid,
  version integer not null,
  sealed bytea not null,
  registered_at timestamptz not null,
  registered_by text not null,
  registered_label text not null,
  primary key (municipality_code, non_dwelling_id),
  check ((resident_no is null) <> (non_resident_id is null))
);
comment on table non_dwellings.property is '被災非住家: something damaged that nobody lives in, of a person or a company of the ledger';
comment on column non_dwellings.property.person_ref is 'The owner, or who acts for the company: R-<宛名番号> or N-<住登外者>';
comment on column non_dwellings.property.household_no is '世帯番号 as the ledger was cut: 支援措置 reaches the household';
comment on column non_dwellings.property.result_code is 'The newest finding, in words of damage; no legal grade';
comment on column non_dwellings.property.report_id is '被災届出 (risai.report) made of it; null = none yet';
comment on column non_dwellings.property.sealed is 'Name, place and owner as JSON, sealed';
create index property_list on non_dwellings.property (municipality_code, disaster_id, non_dwelling_id);
call app.protect('non_dwellings.property', 'select, insert, update (kind, owner_kind, result_code, report_id, version, sealed)');
grant select, update (sealed) on non_dwellings.property to rekeyer;

create table non_dwellings.finding (
  municipality_code char(6) not null,
  non_dwelling_id uuid not null,
  finding_no integer not null,
  result_code text not null,
  seen_on date not null,
  sealed bytea not null,
  at timestamptz not null,
  actor text not null,
  actor_label text not null,
  primary key (municipality_code, non_dwelling_id, finding_no)
);
comment on table non_dwellings.finding is 'What somebody found at a damaged non-dwelling: appended, the newest counts';
comment on column non_dwellings.finding.sealed is 'The finder''s words, sealed';
call app.protect('non_dwellings.finding', 'select, insert');
grant select, update (sealed) on non_dwellings.finding to rekeyer;

create table non_dwellings.photo (
  municipality_code char(6) not null,
  non_dwelling_id uuid not null,
  file_id uuid not null,
  at timestamptz not null,
  actor text not null,
  actor_label text not null,
  primary key (municipality_code, file_id)
);
comment on table non_dwellings.photo is 'Photos of a damaged non-dwelling (files.file)';
create index photo_property on non_dwellings.photo (municipality_code, non_dwelling_id);
call app.protect('non_dwellings.photo', 'select, insert');

--! constraints
alter table non_dwellings.property add constraint property_entry foreign key (municipality_code, entry_id) references ledger.entry (municipality_code, entry_id);
alter table non_dwellings.property add constraint property_report foreign key (municipality_code, report_id) references risai.report (municipality_code, report_id);
alter table non_dwellings.finding add constraint finding_property foreign key (municipality_code, non_dwelling_id) references non_dwellings.property (municipality_code, non_dwelling_id);
alter table non_dwellings.photo add constraint photo_property foreign key (municipality_code, non_dwelling_id) references non_dwellings.property (municipality_code, non_dwelling_id);
alter table non_dwellings.photo add constraint photo_file foreign key (municipality_code, file_id) references files.file (municipality_code, file_id);
