create schema dwellings;
grant usage on schema dwellings to app, rekeyer;

create table dwellings.dwelling (
  municipality_code char(6) not null,
  dwelling_id uuid not null,
  property_no text,
  made_at timestamptz not null,
  primary key (municipality_code, dwelling_id),
  unique (municipality_code, property_no)
);
comment on table dwellings.dwelling is '家屋: one building at a place. What is known of it stands in dwellings.description.';
comment on column dwellings.dwelling.property_no is '物件番号 of 家屋課税台帳 (registers.entry, business houses); null = added by hand';
call app.protect('dwellings.dwelling', 'select, insert');

create table dwellings.description (
  municipality_code char(6) not null,
  dwelling_id uuid not null,
  version integer not null,
  present boolean not null,
  source text not null check (source in ('register', 'hand')),
  register_seq bigint,
  state text not null check (state in ('standing', 'gone')),
  block_code text not null,
  use_code text not null,
  structure_code text not null,
  storeys integer,
  floor_area numeric(12, 2),
  owner_nos text[] not null,
  sealed bytea not null,
  written_at timestamptz not null,
  written_by text not null,
  written_label text not null,
  primary key (municipality_code, dwelling_id, version)
);
comment on table dwellings.description is 'What is known of a house: one row a version, appended; present marks the newest. Never changed by a file of the town: its differences are offered.';
comment on column dwellings.description.source is 'register: as 家屋課税台帳 had it at register_seq. hand: a clerk wrote this version.';
comment on column dwellings.description.register_seq is 'The newest row of 家屋課税台帳 that was looked at: what is newer is offered as a difference';
comment on column dwellings.description.block_code is '町字ID, 7 digits; empty where unknown';
comment on column dwellings.description.owner_nos is '宛名番号 of the owners, as registers.entry has them; people under 支援措置 are never shown by them';
comment on column dwellings.description.sealed is 'Address, position, names of the owners, and why this version was written, as JSON, sealed';
create unique index description_present on dwellings.description (municipality_code, dwelling_id) where present;
create index description_block on dwellings.description (municipality_code, block_code, dwelling_id) where present;
call app.protect('dwellings.description', 'select, insert, update (present)');
grant select, update (sealed) on dwellings.description to rekeyer;

create table dwellings.occupancy (
  municipality_code char(6) not null,
  disaster_id uuid not null,
  occupant text not null,
  occupancy_no integer not null,
  present boolean not null,
  dwelling_id uuid,
  household_no text,
  resident_no text,
  non_resident_id uuid,
  reason_code text not null,
  confidence integer,
  bulk_id uuid,
  sealed bytea,
  at timestamptz not null,
  actor text not null,
  actor_label text not null,
  primary key (municipality_code, disaster_id, occupant, occupancy_no),
  check (num_nonnulls(household_no, resident_no, non_resident_id) = 1)
);
comment on table dwellings.occupancy is 'Who lived in which house when the disaster came: per disaster and household (or a person who lived apart from it), appended with its reason; present marks the newest.';
comment on column dwellings.occupancy.occupant is 'H-<世帯番号>, R-<宛名番号> or N-<住登外者>';
comment on column dwellings.occupancy.dwelling_id is 'null = the link was taken back';
comment on column dwellings.occupancy.bulk_id is 'Links accepted at one go, so that they can be taken back at one go';
comment on column dwellings.occupancy.sealed is 'The clerk''s own words, sealed; null = none';
create unique index occupancy_present on dwellings.occupancy (municipality_code, disaster_id, occupant) where present;
create index occupancy_dwelling on dwellings.occupancy (municipality_code, disaster_id, dwelling_id) where present;
create index occupancy_bulk on dwellings.occupancy (municipality_code, bulk_id) where bulk_id is not null;
call app.protect('dwellings.occupancy', 'select, insert, update (present)');
grant select, update (sealed) on dwellings.occupancy to rekeyer;

create table dwellings.proposal (
  municipality_code char(6) not null,
  disaster_id uuid not null,
  household_no text not null,
  dwelling_id uuid not null,
  reasons text[] not null,
  confidence integer not null,
  run_id uuid not null,
  primary key (municipality_code, disaster_id, household_no, dwelling_id)
);
comment on table dwellings.proposal is 'Links that the register suggests, of the run that found them last; those of an older run are proposed no more. None of a household under 支援措置.';
create index proposal_order on dwellings.proposal (municipality_code, disaster_id, confidence desc, household_no, dwelling_id);
call app.protect('dwellings.proposal', 'select, insert, update (reasons, confidence, run_id)');

create table dwellings.refusal (
  municipality_code char(6) not null,
  disaster_id uuid not null,
  household_no text not null,
  dwelling_id uuid not null,
  refusal_no integer not null,
  present boolean not null,
  bulk_id uuid not null,
  at timestamptz not null,
  actor text not null,
  actor_label text not null,
  primary key (municipality_code, disaster_id, household_no, dwelling_id, refusal_no)
);
comment on table dwellings.refusal is 'A proposal that a clerk refused is not made again; taken back with its bulk_id (present false).';
create unique index refusal_present on dwellings.refusal (municipality_code, disaster_id, household_no, dwelling_id) where present;
create index refusal_bulk on dwellings.refusal (municipality_code, bulk_id);
call app.protect('dwellings.refusal', 'select, insert, update (present)');

create table dwellings.run (
  municipality_code char(6) not null,
  run_id uuid not null,
  kind text not null check (kind in ('take', 'propose')),
  disaster_id uuid,
  state text not null check (state in ('waiting', 'done')),
  counts jsonb not null,
  asked_at timestamptz not null,
  asked_by text not null,
  asked_label text not null,
  done_at timestamptz,
  primary key (municipality_code, run_id)
);
comment on table dwellings.run is 'Work over the whole town, done by a job: houses taken over from 家屋課税台帳, links proposed for a disaster';
create index run_newest on dwellings.run (municipality_code, kind, run_id);
call app.protect('dwellings.run', 'select, insert, update (state, counts, done_at)');

--! constraints
alter table dwellings.description add constraint description_dwelling foreign key (municipality_code, dwelling_id) references dwellings.dwelling (municipality_code, dwelling_id);
alter table dwellings.occupancy add constraint occupancy_dwelling foreign key (municipality_code, dwelling_id) references dwellings.dwelling (municipality_code, dwelling_id);
alter table dwellings.occupancy add constraint occupancy_disaster foreign key (municipality_code, disaster_id) references disasters.disaster (municipality_code, disaster_id);
alter table dwellings.proposal add constraint proposal_dwelling foreign key (municipality_code, dwelling_id) references dwellings.dwelling (municipality_code, dwelling_id);
alter table dwellings.refusal add constraint refusal_dwelling foreign key (municipality_code, dwelling_id) references dwellings.dwelling (municipality_code, dwelling_id);
