create table ledger.item_sheet (
  municipality_code char(6) not null,
  version integer not null,
  lines jsonb not null,
  written_at timestamptz not null,
  written_by text not null,
  primary key (municipality_code, version)
);
comment on table ledger.item_sheet is '台帳の項目の設定: a town''s order, names and hiding of items that are not legal ones, and its own items. Appended; the highest version is the present one.';
call app.protect('ledger.item_sheet', 'select, insert');

create table ledger.item (
  municipality_code char(6) not null,
  entry_id uuid not null,
  item_key text not null,
  version integer not null,
  fact_id uuid not null,
  source text not null,
  codes text[] not null,
  sealed bytea not null,
  written_at timestamptz not null,
  actor text not null,
  actor_label text not null,
  primary key (municipality_code, entry_id, item_key, version)
);
comment on table ledger.item is '台帳の記載事項の値: one row a version of one item of one entry. Appended; corrected by the next version.';
comment on column ledger.item.codes is 'Choices in clear, for 援護対象者抽出; never words';
comment on column ledger.item.sealed is 'The whole value as JSON, sealed';
call app.protect('ledger.item', 'select, insert');
grant select, update (sealed) on ledger.item to rekeyer;

create view ledger.present_item with (security_invoker = true) as
  select i.* from ledger.item i
   where not exists (select 1 from ledger.item later
                      where later.municipality_code = i.municipality_code and later.entry_id = i.entry_id
                        and later.item_key = i.item_key and later.version > i.version);
comment on view ledger.present_item is 'The value of each item as it stands';
grant select on ledger.present_item to app;

-- 台帳作成後の住民記録の違い: offered, and what staff decided about each. Never applied silently.
create table ledger.difference (
  municipality_code char(6) not null,
  entry_id uuid not null,
  note text not null,
  decision_no integer not null,
  outcome text not null check (outcome in ('accepted', 'kept')),
  sealed bytea not null,
  decided_at timestamptz not null,
  actor text not null,
  actor_label text not null,
  primary key (municipality_code, entry_id, note, decision_no)
);
comment on table ledger.difference is 'Decisions about differences between the register now and the ledger as cut. Appended; the highest decides until the register changes again.';
comment on column ledger.difference.sealed is 'What the register said before and after, and the reason, sealed';
call app.protect('ledger.difference', 'select, insert');
grant select, update (sealed) on ledger.difference to rekeyer;

--! constraints
alter table ledger.item add constraint item_entry foreign key (municipality_code, entry_id) references ledger.entry (municipality_code, entry_id);
alter table ledger.difference add constraint difference_entry foreign key (municipality_code, entry_id) references ledger.entry (municipality_code, entry_id);
