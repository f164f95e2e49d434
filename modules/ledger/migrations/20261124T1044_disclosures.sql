-- 台帳情報の提供 (災対法90条の4, 規則8条の6): the application, the decision, and each time something was handed over.
create table ledger.disclosure (
  municipality_code char(6) not null,
  disclosure_id uuid not null,
  disaster_id uuid not null,
  basis text not null,
  items text[] not null,
  sealed bytea not null,
  received_on date not null,
  received_at timestamptz not null,
  received_by text not null,
  primary key (municipality_code, disclosure_id)
);
comment on table ledger.disclosure is '台帳情報の提供の申請 (規則8条の6). Appended.';
comment on column ledger.disclosure.sealed is 'Who asks, for what purpose, and other words, sealed';
create index disclosure_disaster on ledger.disclosure (municipality_code, disaster_id, disclosure_id);
call app.protect('ledger.disclosure', 'select, insert');
grant select, update (sealed) on ledger.disclosure to rekeyer;

create table ledger.disclosure_person (
  municipality_code char(6) not null,
  disclosure_id uuid not null,
  position integer not null,
  person_ref text not null,
  primary key (municipality_code, disclosure_id, position)
);
comment on table ledger.disclosure_person is 'Whom an application is about';
call app.protect('ledger.disclosure_person', 'select, insert');

create table ledger.disclosure_decision (
  municipality_code char(6) not null,
  disclosure_id uuid not null,
  outcome text not null check (outcome in ('approved', 'refused')),
  sealed bytea,
  decided_at timestamptz not null,
  actor text not null,
  actor_label text not null,
  primary key (municipality_code, disclosure_id)
);
comment on table ledger.disclosure_decision is 'The decision about an application, one each';
call app.protect('ledger.disclosure_decision', 'select, insert');
grant select, update (sealed) on ledger.disclosure_decision to rekeyer;

create table ledger.provision (
  municipality_code char(6) not null,
  entry_id uuid not null,
  provision_id uuid not null,
  disclosure_id uuid not null,
  method text not null,
  provided_at timestamptz not null,
  actor text not null,
  actor_label text not null,
  primary key (municipality_code, entry_id, provision_id)
);
comment on table ledger.provision is '提供した旨及び日時 (規則8条の5第5号): a legal item of the ledger, one row a person and time. Appended.';
create index provision_disclosure on ledger.provision (municipality_code, disclosure_id);
call app.protect('ledger.provision', 'select, insert');

--! constraints
alter table ledger.disclosure add constraint disclosure_ledger foreign key (municipality_code, disaster_id) references ledger.ledger (municipality_code, disaster_id);
alter table ledger.disclosure_person add constraint disclosure_person_of foreign key (municipality_code, disclosure_id) references ledger.disclosure (municipality_code, disclosure_id);
alter table ledger.disclosure_decision add constraint disclosure_decision_of foreign key (municipality_code, disclosure_id) references ledger.disclosure (municipality_code, disclosure_id);
alter table ledger.provision add constraint provision_disclosure_of foreign key (municipality_code, disclosure_id) references ledger.disclosure (municipality_code, disclosure_id);
alter table ledger.provision add constraint provision_entry foreign key (municipality_code, entry_id) references ledger.entry (municipality_code, entry_id);
