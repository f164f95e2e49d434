-- What decides whether the data may be printed: bad rows, reconciliation, overrides; and who is told when something is wrong.

create table linkage.bad_row (
  municipality_code char(6) not null,
  bad_row_id uuid not null,
  business text not null,
  row_key text,
  resident_no text,
  file_no integer,
  line integer,
  items text[] not null,
  from_seq bigint not null,
  to_seq bigint,
  at timestamptz not null,
  primary key (municipality_code, bad_row_id)
);
comment on table linkage.bad_row is 'Rows of applied files that were not applied: nothing is issued for their person until a good row of the key comes';
comment on column linkage.bad_row.row_key is 'Null: its key could not be read, or its person is one whom an unreadable row may have been about';
comment on column linkage.bad_row.resident_no is '宛名番号; null where it could not be read';
comment on column linkage.bad_row.file_no is '通番; null where it came by hand';
comment on column linkage.bad_row.to_seq is 'The number that brought the good row; null while it blocks';
create index bad_row_open on linkage.bad_row (municipality_code, business, resident_no) where to_seq is null;
create index bad_row_key on linkage.bad_row (municipality_code, business, row_key) where to_seq is null;
call app.protect('linkage.bad_row', 'select', 'select, insert, update (to_seq)');

create table linkage.reconciliation (
  municipality_code char(6) not null,
  reconciliation_id uuid not null,
  business text not null,
  file_no integer not null,
  seq bigint not null,
  town_rows bigint not null,
  town_hash_total char(32) not null,
  rows bigint not null,
  hash_total char(32) not null,
  agrees boolean not null,
  at timestamptz not null,
  primary key (municipality_code, reconciliation_id)
);
comment on table linkage.reconciliation is '突合: rows and hash total of a business as the town counts them and as they are kept here, as of a file. Appended, never changed.';
create index reconciliation_by_time on linkage.reconciliation (municipality_code, business, at);
call app.protect('linkage.reconciliation', 'select', 'select, insert');

create table linkage.contact (
  municipality_code char(6) not null,
  contact_id uuid not null,
  sealed bytea not null,
  added_at timestamptz not null,
  added_by text not null,
  removed_at timestamptz,
  primary key (municipality_code, contact_id)
);
comment on table linkage.contact is '連携の連絡先: who gets the mail of an alarm';
comment on column linkage.contact.sealed is 'Name and mail address, sealed with the town''s key';
call app.protect('linkage.contact', 'select, insert, update (removed_at)', 'select');

create table linkage.alarm (
  municipality_code char(6) not null,
  alarm_id uuid not null,
  kind text not null,
  business text not null,
  facts jsonb not null,
  raised_at timestamptz not null,
  mailed_at timestamptz not null,
  times integer not null,
  last_at timestamptz not null,
  ended_at timestamptz,
  acknowledged_at timestamptz,
  acknowledged_by text,
  note text,
  primary key (municipality_code, alarm_id)
);
comment on table linkage.alarm is '連携の警報: mailed when raised; until it is both over and acknowledged the same trouble only counts, and is mailed again at most every six hours';
comment on column linkage.alarm.business is 'Empty where it is about the whole link';
comment on column linkage.alarm.facts is 'Numbers and codes for its sentence; no personal data';
comment on column linkage.alarm.ended_at is 'The trouble itself is over';
create unique index alarm_standing on linkage.alarm (municipality_code, kind, business)
  where ended_at is null or acknowledged_at is null;
create index alarm_by_time on linkage.alarm (municipality_code, raised_at);
call app.protect('linkage.alarm',
  'select, insert, update (mailed_at, times, last_at, ended_at, facts, acknowledged_at, acknowledged_by, note)',
  'select, insert, update (mailed_at, times, last_at, ended_at, facts)');

create table linkage.override (
  municipality_code char(6) not null,
  override_id uuid not null,
  until timestamptz not null,
  reason text not null,
  given_by text not null,
  at timestamptz not null,
  ended_at timestamptz,
  ended_by text,
  primary key (municipality_code, override_id)
);
comment on table linkage.override is '連携停止中の交付の特例: certificates are issued although the data are older than the town''s limit';
call app.protect('linkage.override', 'select, insert, update (ended_at, ended_by)', 'select');
