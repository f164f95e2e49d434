create schema evac_support;
grant usage on schema evac_support to app, rekeyer;

create table evac_support.setting (
  municipality_code char(6) not null,
  setting_no integer not null,
  from_on date not null,
  criteria jsonb not null,
  ordinance text not null check (ordinance in ('none', 'all', 'unless-refused')),
  ordinance_source text not null check (ordinance = 'none' or ordinance_source <> ''),
  emergency_days integer not null,
  source text not null,
  set_at timestamptz not null,
  set_by text not null,
  set_by_label text not null,
  primary key (municipality_code, setting_no)
);
comment on table evac_support.setting is '避難行動要支援者名簿に載せる要件, and whether an ordinance lets the list go out without consent (災対法49条の11第2項ただし書). Appended; of those that have begun the highest number holds.';
comment on column evac_support.setting.source is 'Where the town says so (地域防災計画 …), in its words';
comment on column evac_support.setting.emergency_days is 'How many days after a disaster struck the list may go out under 49条の11第3項';
call app.protect('evac_support.setting', 'select, insert');

create table evac_support.person (
  municipality_code char(6) not null,
  resident_no text not null,
  version integer not null,
  state text not null check (state in ('listed', 'off')),
  grounds text[] not null,
  told text[] not null,
  away boolean not null,
  cause text not null check (cause in ('offer', 'clerk')),
  sealed bytea,
  written_at timestamptz not null,
  written_by text not null,
  written_by_label text not null,
  primary key (municipality_code, resident_no, version)
);
comment on table evac_support.person is '避難行動要支援者名簿 (災対法49条の10): one row a version of a person''s entry. Appended; the highest version holds, the others are evidence.';
comment on column evac_support.person.grounds is 'Why, by the registers and the town''s criteria: codes';
comment on column evac_support.person.told is 'Why besides: request (手挙げ), mayor (市町村長が必要と認める)';
comment on column evac_support.person.away is 'Lives in an institution or hospital: not on the list while it is so';
comment on column evac_support.person.sealed is 'Contacts, 居所, reasons and other words, sealed under the person''s number; carried along unchanged where a version says nothing new';
call app.protect('evac_support.person', 'select, insert');
grant select, update (sealed) on evac_support.person to rekeyer;

create view evac_support.present_person with (security_invoker = true) as
  select distinct on (municipality_code, resident_no) *
    from evac_support.person order by municipality_code, resident_no, version desc;
comment on view evac_support.present_person is 'The entry of everybody who is or was on the list, as it stands';
grant select on evac_support.present_person to app;

create table evac_support.consent (
  municipality_code char(6) not null,
  resident_no text not null,
  consent_no integer not null,
  state text not null check (state in ('given', 'refused', 'withdrawn')),
  told_on date not null,
  method text not null,
  until_on date,
  except_kinds text[] not null,
  sealed bytea not null,
  recorded_at timestamptz not null,
  recorded_by text not null,
  recorded_by_label text not null,
  primary key (municipality_code, resident_no, consent_no)
);
comment on table evac_support.consent is '平常時の提供への同意 (災対法49条の11第2項). Appended; the highest number holds.';
comment on column evac_support.consent.except_kinds is 'Kinds of recipients to whom the person does not want the list to go';
comment on column evac_support.consent.sealed is 'Who said so (the person or for the person) and a note, sealed';
call app.protect('evac_support.consent', 'select, insert');
grant select, update (sealed) on evac_support.consent to rekeyer;

create view evac_support.present_consent with (security_invoker = true) as
  select distinct on (municipality_code, resident_no)
         municipality_code, resident_no, consent_no, state, told_on, until_on, except_kinds
    from evac_support.consent order by municipality_code, resident_no, consent_no desc;
comment on view evac_support.present_consent is 'What everybody said last about peacetime provision';
grant select on evac_support.present_consent to app;

create table evac_support.scan (
  municipality_code char(6) not null,
  scan_no integer not null,
  setting_no integer not null,
  seq bigint not null,
  people integer not null,
  scanned_at timestamptz not null,
  scanned_by text not null,
  scanned_by_label text not null,
  primary key (municipality_code, scan_no)
);
comment on table evac_support.scan is 'When the registers were looked through by which criteria, and how many people met them';
call app.protect('evac_support.scan', 'select, insert');

create table evac_support.offer (
  municipality_code char(6) not null,
  offer_id uuid not null,
  scan_no integer not null,
  resident_no text not null,
  kind text not null check (kind in ('join', 'leave', 'grounds')),
  grounds text[] not null,
  state text not null check (state in ('open', 'accepted', 'declined', 'lapsed')),
  decided_at timestamptz,
  decided_by text,
  decided_by_label text,
  primary key (municipality_code, offer_id)
);
comment on table evac_support.offer is 'A difference between the list and the registers, offered to staff: nothing comes onto the list or leaves it by itself';
create unique index offer_open on evac_support.offer (municipality_code, resident_no) where state = 'open';
create index offer_person on evac_support.offer (municipality_code, resident_no, scan_no);
call app.protect('evac_support.offer', 'select, insert, update (state, decided_at, decided_by, decided_by_label)');

create table evac_support.recipient (
  municipality_code char(6) not null,
  evac_recipient_id uuid not null,
  version integer not null,
  kind text not null,
  in_plan boolean not null,
  whole_town boolean not null,
  ended boolean not null,
  sealed bytea not null,
  written_at timestamptz not null,
  written_by text not null,
  written_by_label text not null,
  primary key (municipality_code, evac_recipient_id, version)
);
comment on table evac_support.recipient is '避難支援等関係者: to whom the list may go, one row a version. Appended; the highest version holds.';
comment on column evac_support.recipient.in_plan is 'Named in the 地域防災計画; others get the list in an emergency alone';
comment on column evac_support.recipient.sealed is 'Name, person in charge, contact, place in the plan and the 町字 of the area, sealed: a 民生委員 is a person';
call app.protect('evac_support.recipient', 'select, insert');
grant select, update (sealed) on evac_support.recipient to rekeyer;

create view evac_support.present_recipient with (security_invoker = true) as
  select distinct on (municipality_code, evac_recipient_id) *
    from evac_support.recipient order by municipality_code, evac_recipient_id, version desc;
comment on view evac_support.present_recipient is 'Recipients as they stand';
grant select on evac_support.present_recipient to app;

create table evac_support.provision (
  municipality_code char(6) not null,
  provision_id uuid not null,
  basis text not null check (basis in ('peacetime', 'emergency')),
  evac_recipient_id uuid not null,
  recipient_version integer not null,
  disaster_id uuid,
  people integer not null,
  sealed bytea not null,
  requested_at timestamptz not null,
  requested_by text not null,
  requested_by_label text not null,
  primary key (municipality_code, provision_id),
  check ((basis = 'emergency') = (disaster_id is not null))
);
comment on table evac_support.provision is '名簿情報の提供 (災対法49条の11第2項・第3項), as it was asked for. Appended.';
comment on column evac_support.provision.people is 'How many it was of when it was asked for';
comment on column evac_support.provision.sealed is 'Why, in words, sealed';
call app.protect('evac_support.provision', 'select, insert');
grant select, update (sealed) on evac_support.provision to rekeyer;

create table evac_support.provision_decision (
  municipality_code char(6) not null,
  provision_id uuid not null,
  outcome text not null check (outcome in ('approved', 'refused')),
  sealed bytea not null,
  decided_at timestamptz not null,
  decided_by text not null,
  decided_by_label text not null,
  primary key (municipality_code, provision_id)
);
comment on table evac_support.provision_decision is 'The decision about a provision by another person, one each';
call app.protect('evac_support.provision_decision', 'select, insert');
call app.limit_by_parent('evac_support.provision_decision', 'evac_support.provision', 'provision_id');
grant select, update (sealed) on evac_support.provision_decision to rekeyer;

create table evac_support.handover (
  municipality_code char(6) not null,
  handover_id uuid not null,
  provision_id uuid not null,
  form text not null check (form in ('csv', 'xlsx')),
  people integer not null,
  by_consent integer not null,
  left_out integer not null,
  handed_at timestamptz not null,
  handed_by text not null,
  handed_by_label text not null,
  primary key (municipality_code, handover_id)
);
comment on table evac_support.handover is 'Each time a file of the list was taken out for a recipient: the log of provisions. Appended.';
comment on column evac_support.handover.left_out is '支援措置の対象者 of the whole list who were left out; never by area, which would tell where they are';
create index handover_provision on evac_support.handover (municipality_code, provision_id);
call app.protect('evac_support.handover', 'select, insert');
call app.limit_by_parent('evac_support.handover', 'evac_support.provision', 'provision_id');

create table evac_support.handover_person (
  municipality_code char(6) not null,
  handover_id uuid not null,
  position integer not null,
  resident_no text not null,
  basis text not null check (basis in ('consent', 'ordinance', 'emergency')),
  primary key (municipality_code, handover_id, position)
);
comment on table evac_support.handover_person is 'Of whom a file was, and by what right each of them';
create index handover_person_of on evac_support.handover_person (municipality_code, resident_no);
call app.protect('evac_support.handover_person', 'select, insert');
call app.limit_by_parent('evac_support.handover_person', 'evac_support.handover', 'handover_id');

--! constraints
alter table evac_support.scan add constraint scan_setting foreign key (municipality_code, setting_no) references evac_support.setting (municipality_code, setting_no);
alter table evac_support.offer add constraint offer_scan foreign key (municipality_code, scan_no) references evac_support.scan (municipality_code, scan_no);
alter table evac_support.provision add constraint provision_recipient foreign key (municipality_code, evac_recipient_id, recipient_version) references evac_support.recipient (municipality_code, evac_recipient_id, version);
alter table evac_support.provision add constraint provision_disaster foreign key (municipality_code, disaster_id) references disasters.disaster (municipality_code, disaster_id);
alter table evac_support.provision_decision add constraint decision_provision foreign key (municipality_code, provision_id) references evac_support.provision (municipality_code, provision_id);
alter table evac_support.handover add constraint handover_of foreign key (municipality_code, provision_id) references evac_support.provision (municipality_code, provision_id);
alter table evac_support.handover_person add constraint handover_person_handover foreign key (municipality_code, handover_id) references evac_support.handover (municipality_code, handover_id);
