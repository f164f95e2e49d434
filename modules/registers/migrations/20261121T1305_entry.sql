create table registers.entry (
  municipality_code char(6) not null,
  business text not null,
  row_key text not null,
  from_seq bigint not null,
  to_seq bigint,
  scope text not null,
  resident_no text,
  latest boolean not null,
  deleted boolean not null,
  clear jsonb not null,
  origin text not null check (origin in ('link', 'hand')),
  record_hmac bytea not null,
  sealed bytea not null,
  primary key (municipality_code, business, row_key, from_seq)
);
comment on table registers.entry is 'Rows of every business that has no table of its own, as the town sent them: one row a version. Appended; only to_seq is ever updated, by the linkage role. As of s: from_seq <= s and (to_seq is null or to_seq > s).';
comment on column registers.entry.row_key is 'The interface''s key columns, joined by |';
comment on column registers.entry.scope is 'row_key without 履歴番号: of the rows of one scope one is the latest';
comment on column registers.entry.resident_no is '宛名番号; null where the business has none';
comment on column registers.entry.latest is '最新フラグ; true where the business has none';
comment on column registers.entry.deleted is 'A tombstone: the town deleted the row at from_seq (deletions are rows)';
comment on column registers.entry.clear is 'The columns that the interface marks as kept in clear, by 項目名, so that people can be picked by them';
comment on column registers.entry.origin is 'link: from the 連携AP. hand: loaded by staff, and no source of 住民票・印鑑・税';
comment on column registers.entry.record_hmac is 'Keyed digest of the canonical row: says whether a file changed it';
comment on column registers.entry.sealed is 'Interface version and canonical row (modules/interfaces), sealed with the town''s key';
create unique index entry_current on registers.entry (municipality_code, business, row_key) where to_seq is null;
create unique index entry_latest on registers.entry (municipality_code, business, scope) where to_seq is null and latest and not deleted;
create index entry_person on registers.entry (municipality_code, business, resident_no) where not deleted;
-- As for residents.version: statistics that know no town just loaded lead the planner astray.
alter table registers.entry alter column municipality_code set statistics 0;
call app.protect('registers.entry', 'select', 'select, insert, update (to_seq)');
