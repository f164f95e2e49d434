create schema support;
grant usage on schema support to app;

create table support.gate_act (
  municipality_code char(6) not null,
  disaster_id uuid not null,
  gate text not null,
  act_no integer not null,
  applies boolean not null,
  decided_on date not null,
  basis text not null,
  source text not null,
  recorded_at timestamptz not null,
  recorded_by text not null,
  recorded_by_label text not null,
  primary key (municipality_code, disaster_id, gate, act_no)
);
comment on table support.gate_act is '法の適用: whether a law was invoked for the town in this disaster. Appended; the highest number rules.';
comment on column support.gate_act.basis is 'Which 号 it was invoked by';
comment on column support.gate_act.source is 'Notice or press release it was read from';
call app.protect('support.gate_act', 'select, insert');

create table support.programme_setting (
  municipality_code char(6) not null,
  disaster_id uuid not null,
  programme_code text not null,
  setting_no integer not null,
  offered boolean,
  deadline_on date,
  limit_yen bigint check (limit_yen >= 0),
  source text not null,
  recorded_at timestamptz not null,
  recorded_by text not null,
  recorded_by_label text not null,
  primary key (municipality_code, disaster_id, programme_code, setting_no)
);
comment on table support.programme_setting is 'What the town decided of a programme for one disaster: given or not, extended deadline, limit as notified. Appended; the highest number rules.';
call app.protect('support.programme_setting', 'select, insert');

create table support.town_programme (
  municipality_code char(6) not null,
  disaster_id uuid not null,
  programme_code text not null,
  version integer not null,
  title text not null,
  area text not null,
  rule jsonb not null,
  documents text[] not null,
  about text not null,
  basis text not null,
  ended boolean not null,
  written_at timestamptz not null,
  written_by text not null,
  written_by_label text not null,
  primary key (municipality_code, disaster_id, programme_code, version)
);
comment on table support.town_programme is '町独自の制度・義援金の配分: made on screen for one disaster. Appended; the highest version rules.';
comment on column support.town_programme.rule is 'ByGrade (rules/programmes.ts): amounts by grade, person, death, injury';
call app.protect('support.town_programme', 'select, insert');

create table support.circumstance (
  municipality_code char(6) not null,
  disaster_id uuid not null,
  household_id uuid not null,
  version integer not null,
  sealed bytea not null,
  written_at timestamptz not null,
  written_by text not null,
  written_by_label text not null,
  primary key (municipality_code, disaster_id, household_id, version)
);
comment on table support.circumstance is '世帯の事情: what was told of a household beside its house. Appended; the highest version rules.';
comment on column support.circumstance.sealed is 'Circumstances (rules/facts.ts) as JSON, sealed with the town''s key';
call app.protect('support.circumstance', 'select, insert');
grant select, update (sealed) on support.circumstance to rekeyer;

create table support.household_match (
  municipality_code char(6) not null,
  disaster_id uuid not null,
  household_id uuid not null,
  person_ref text not null,
  grade text,
  digest text not null,
  eligible text[] not null,
  undecided text[] not null,
  matched_at timestamptz not null,
  primary key (municipality_code, disaster_id, household_id)
);
comment on table support.household_match is 'Result of the matcher: which programmes a household may get, and of which it is not known. Rewritten only when it changes.';
comment on column support.household_match.person_ref is 'Somebody of the household, to open it by';
comment on column support.household_match.digest is 'What the row was made of and says; equal = nothing to write';
create index household_match_graded on support.household_match (municipality_code, disaster_id, household_id) where grade is not null;
call app.protect('support.household_match', 'select, insert, update (person_ref, grade, digest, eligible, undecided, matched_at)');

create table support.match_run (
  municipality_code char(6) not null,
  disaster_id uuid not null,
  run_id uuid not null,
  started_at timestamptz not null,
  started_by text not null,
  households integer not null,
  changed integer not null,
  counts jsonb not null,
  primary key (municipality_code, disaster_id, run_id)
);
comment on table support.match_run is 'One recomputation over all households: how many, how many rows changed, and per programme yes and unknown';
call app.protect('support.match_run', 'select, insert');

create table support.application (
  municipality_code char(6) not null,
  application_id uuid not null,
  disaster_id uuid not null,
  household_id uuid not null,
  programme_code text not null,
  subject_ref text,
  applicant_ref text not null,
  entry_id uuid not null,
  state text not null check (state in ('received', 'proposed', 'granted', 'refused', 'withdrawn')),
  version integer not null,
  proposal_no integer not null,
  applied_on date not null,
  received_at timestamptz not null,
  received_by text not null,
  received_by_label text not null,
  sealed bytea not null,
  primary key (municipality_code, application_id)
);
comment on table support.application is '支援制度の申請: one household (or one person of it) and one programme';
comment on column support.application.subject_ref is 'Whom the money is for where it is given per person; null = the household';
comment on column support.application.sealed is 'Words of the clerk, sealed';
create index application_list on support.application (municipality_code, disaster_id, state, application_id);
create index application_household on support.application (municipality_code, disaster_id, household_id);
call app.protect('support.application', 'select, insert, update (state, version, proposal_no)');
grant select, update (sealed) on support.application to rekeyer;

-- Whose claim an application uses up. Of the living ones a person has one a programme: who asks again out of a household
-- that split since meets this key.
create table support.claim (
  municipality_code char(6) not null,
  disaster_id uuid not null,
  programme_code text not null,
  person_ref text not null,
  application_id uuid not null,
  resident_no text,
  non_resident_id uuid,
  live boolean not null,
  primary key (municipality_code, application_id, person_ref),
  check (num_nonnulls(resident_no, non_resident_id) = 1)
);
comment on table support.claim is '請求の主体: people whose claim to a programme an application uses up';
comment on column support.claim.live is 'False when the application was refused or withdrawn';
create unique index claim_once on support.claim (municipality_code, disaster_id, programme_code, person_ref) where live;
call app.protect('support.claim', 'select, insert, update (live)');

create table support.proposal (
  municipality_code char(6) not null,
  application_id uuid not null,
  proposal_no integer not null,
  outcome text not null check (outcome in ('grant', 'refuse')),
  amount_yen bigint not null check (amount_yen >= 0),
  sealed bytea not null,
  proposed_at timestamptz not null,
  proposed_by text not null,
  proposed_by_label text not null,
  primary key (municipality_code, application_id, proposal_no),
  unique (municipality_code, application_id, proposal_no, proposed_by)
);
comment on table support.proposal is '審査: what a first person proposes, with the facts and reasons it stands on, sealed';
call app.protect('support.proposal', 'select, insert');
grant select, update (sealed) on support.proposal to rekeyer;

create table support.decision (
  municipality_code char(6) not null,
  application_id uuid not null,
  proposal_no integer not null,
  proposed_by text not null,
  approved boolean not null,
  reason bytea not null,
  decided_at timestamptz not null,
  decided_by text not null,
  decided_by_label text not null,
  primary key (municipality_code, application_id, proposal_no),
  check (decided_by <> proposed_by)
);
comment on table support.decision is '決裁: what a second person decides of a proposal; not approved = sent back';
call app.protect('support.decision', 'select, insert');
grant select, update (reason) on support.decision to rekeyer;

create table support.award (
  municipality_code char(6) not null,
  award_id uuid not null,
  application_id uuid not null,
  award_no integer not null,
  kind text not null check (kind in ('grant', 'extra', 'claim-back')),
  amount_yen bigint not null check (amount_yen > 0),
  decided_at timestamptz not null,
  decided_by text not null,
  primary key (municipality_code, award_id),
  unique (municipality_code, application_id, award_no)
);
comment on table support.award is '支給の決定額: what is to be paid, paid further, or claimed back. Appended.';
call app.protect('support.award', 'select, insert');

create table support.difference (
  municipality_code char(6) not null,
  difference_id uuid not null,
  application_id uuid not null,
  awarded_yen bigint not null,
  entitled_yen bigint not null,
  state text not null check (state in ('open', 'extra', 'claim-back', 'kept', 'gone')),
  version integer not null,
  found_at timestamptz not null,
  sealed bytea not null,
  reason bytea,
  decided_at timestamptz,
  decided_by text,
  decided_by_label text,
  primary key (municipality_code, difference_id)
);
comment on table support.difference is '過不足: what was decided differs from what the facts of today give. A person decides what follows.';
comment on column support.difference.sealed is 'What changed and why, as JSON, sealed';
create unique index difference_open on support.difference (municipality_code, application_id) where state = 'open';
call app.protect('support.difference', 'select, insert, update (state, version, reason, decided_at, decided_by, decided_by_label, awarded_yen, entitled_yen, sealed)');
grant select, update (sealed, reason) on support.difference to rekeyer;

-- Feed of the payments.
create view support.pub_award with (security_invoker = true) as
  select w.municipality_code, w.award_id, w.application_id, w.award_no, w.kind, w.amount_yen, w.decided_at, w.decided_by,
         a.disaster_id, a.household_id, a.programme_code, a.applicant_ref, a.subject_ref, a.entry_id, a.state
    from support.award w
    join support.application a on a.municipality_code = w.municipality_code and a.application_id = w.application_id;
comment on view support.pub_award is 'What is to be paid or claimed back, with the application it comes of';
grant select on support.pub_award to app;

-- True while somebody whose claim the application is is protected. Published for the payments.
create function support.is_protected(municipality char(6), application uuid) returns boolean
language sql stable
as $$
  select exists (select 1 from support.claim c
                  where c.municipality_code = municipality and c.application_id = application
                    and ledger.is_protected(municipality, c.resident_no, null, c.non_resident_id))
$$;
grant execute on function support.is_protected to app;

--! constraints
alter table support.gate_act add constraint gate_act_disaster foreign key (municipality_code, disaster_id) references disasters.disaster (municipality_code, disaster_id);
alter table support.programme_setting add constraint programme_setting_disaster foreign key (municipality_code, disaster_id) references disasters.disaster (municipality_code, disaster_id);
alter table support.town_programme add constraint town_programme_disaster foreign key (municipality_code, disaster_id) references disasters.disaster (municipality_code, disaster_id);
alter table support.circumstance add constraint circumstance_disaster foreign key (municipality_code, disaster_id) references disasters.disaster (municipality_code, disaster_id);
alter table support.household_match add constraint household_match_disaster foreign key (municipality_code, disaster_id) references disasters.disaster (municipality_code, disaster_id);
alter table support.match_run add constraint match_run_disaster foreign key (municipality_code, disaster_id) references disasters.disaster (municipality_code, disaster_id);
alter table support.application add constraint application_disaster foreign key (municipality_code, disaster_id) references disasters.disaster (municipality_code, disaster_id);
alter table support.application add constraint application_entry foreign key (municipality_code, entry_id) references ledger.entry (municipality_code, entry_id);
alter table support.claim add constraint claim_application foreign key (municipality_code, application_id) references support.application (municipality_code, application_id);
alter table support.proposal add constraint proposal_application foreign key (municipality_code, application_id) references support.application (municipality_code, application_id);
alter table support.decision add constraint decision_proposal foreign key (municipality_code, application_id, proposal_no, proposed_by) references support.proposal (municipality_code, application_id, proposal_no, proposed_by);
alter table support.award add constraint award_application foreign key (municipality_code, application_id) references support.application (municipality_code, application_id);
alter table support.difference add constraint difference_application foreign key (municipality_code, application_id) references support.application (municipality_code, application_id);
