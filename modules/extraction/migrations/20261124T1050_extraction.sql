create schema extraction;
grant usage on schema extraction to app, rekeyer;

create table extraction.list (
  municipality_code char(6) not null,
  list_id uuid not null,
  disaster_id uuid not null,
  sealed bytea not null,
  people integer not null,
  made_at timestamptz not null,
  actor text not null,
  actor_label text not null,
  primary key (municipality_code, list_id)
);
comment on table extraction.list is '援護対象者抽出: a list as it was extracted. Appended.';
comment on column extraction.list.sealed is 'Its name and the conditions, sealed: an address may stand in them';
create index list_disaster on extraction.list (municipality_code, disaster_id, list_id);
call app.protect('extraction.list', 'select, insert');
grant select, update (sealed) on extraction.list to rekeyer;

create table extraction.item (
  municipality_code char(6) not null,
  list_id uuid not null,
  position integer not null,
  person_ref text not null,
  state text not null check (state in ('open', 'done', 'skipped')),
  version integer not null,
  assignee text,
  assignee_label text,
  changed_at timestamptz not null,
  primary key (municipality_code, list_id, position)
);
comment on table extraction.item is 'One person of a list, worked off as a queue; what was done is told to the ledger as facts';
create index item_state on extraction.item (municipality_code, list_id, state, position);
call app.protect('extraction.item', 'select, insert, update (state, version, assignee, assignee_label, changed_at)');

--! constraints
alter table extraction.list add constraint list_ledger foreign key (municipality_code, disaster_id) references ledger.ledger (municipality_code, disaster_id);
alter table extraction.item add constraint item_list foreign key (municipality_code, list_id) references extraction.list (municipality_code, list_id);
