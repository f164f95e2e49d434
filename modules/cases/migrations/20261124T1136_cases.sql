create schema cases;
grant usage on schema cases to app, rekeyer;

create table cases.case (
  municipality_code char(6) not null,
  case_id uuid not null,
  disaster_id uuid not null,
  household_id uuid not null,
  person_ref text not null,
  state text not null check (state in ('open', 'closed')),
  version integer not null,
  needs text[] not null,
  next_on date,
  responsible text not null,
  opened_at timestamptz not null,
  changed_at timestamptz not null,
  primary key (municipality_code, case_id)
);
comment on table cases.case is '災害ケースマネジメント: one household that somebody keeps in touch with. What was done stands in cases.act.';
comment on column cases.case.household_id is 'The household of the ledger when the case was opened';
comment on column cases.case.person_ref is 'Whom the household is spoken with';
comment on column cases.case.next_on is '次に連絡・訪問する日; null = none was set';
create unique index case_household on cases.case (municipality_code, disaster_id, household_id) where state = 'open';
create index case_next on cases.case (municipality_code, disaster_id, state, next_on);
call app.protect('cases.case', 'select, insert, update (state, version, needs, next_on, responsible, changed_at)');

create table cases.act (
  municipality_code char(6) not null,
  case_id uuid not null,
  act_no integer not null,
  kind text not null check (kind in ('opened', 'visit', 'plan', 'handover', 'closed', 'reopened')),
  acted_on date not null,
  codes jsonb not null,
  sealed bytea not null,
  at timestamptz not null,
  actor text not null,
  actor_label text not null,
  primary key (municipality_code, case_id, act_no)
);
comment on table cases.act is 'What was done for a household: visits, plans, hand-overs. Appended.';
comment on column cases.act.codes is 'Choices and dates only';
comment on column cases.act.sealed is 'Who went, what was said and agreed, which agency: sealed';
call app.protect('cases.act', 'select, insert');
grant select, update (sealed) on cases.act to rekeyer;

--! constraints
alter table cases.case add constraint case_ledger foreign key (municipality_code, disaster_id) references ledger.ledger (municipality_code, disaster_id);
alter table cases.act add constraint act_case foreign key (municipality_code, case_id) references cases.case (municipality_code, case_id);
