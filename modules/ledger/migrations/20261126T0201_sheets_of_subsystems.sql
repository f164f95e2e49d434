alter table ledger.item_sheet add column subsystem text not null default 'ledger';
alter table ledger.item_sheet drop constraint item_sheet_pkey, add primary key (municipality_code, subsystem, version);
comment on table ledger.item_sheet is '項目の設定: a town''s order, names and hiding of items that are not legal ones, of the ledger and of each other subsystem, and the ledger''s own items. Appended; the highest version of a subsystem is its present one.';
