create schema relief;
grant usage on schema relief to app, rekeyer;

create table relief.pass (
  municipality_code char(6) not null,
  pass_id uuid not null,
  version integer not null,
  disaster_id uuid not null,
  pass_no integer not null,
  job text not null,
  valid_from date not null,
  valid_until date not null,
  code_sha bytea,
  made_at timestamptz not null,
  made_by text not null,
  made_by_label text not null,
  staff_id uuid,
  pin_hash text,
  enrolled_at timestamptz,
  revoked_at timestamptz,
  revoked_by_label text,
  primary key (municipality_code, pass_id),
  unique (municipality_code, disaster_id, pass_no)
);
comment on table relief.pass is '応援職員の利用証: lets one helper of another town work on one disaster for some days, on a phone of their own';
comment on column relief.pass.job is 'A built-in role for helpers (modules/access/roles.ts)';
comment on column relief.pass.code_sha is 'SHA-256 of the one-time code on the card; null = used or taken back';
comment on column relief.pass.staff_id is 'The account the card opened; its password is one that nobody has';
comment on column relief.pass.pin_hash is 'argon2id of the number the helper chose; it opens nothing on another phone';
create index pass_code on relief.pass (municipality_code, code_sha) where code_sha is not null;
create index pass_staff on relief.pass (municipality_code, staff_id) where staff_id is not null;
call app.protect('relief.pass', 'select, insert, update (version, code_sha, staff_id, pin_hash, enrolled_at, revoked_at, revoked_by_label)');

create table relief.note (
  municipality_code char(6) not null,
  note_id uuid not null,
  disaster_id uuid not null,
  shift_on date not null,
  shift text not null check (shift in ('day', 'evening', 'night')),
  urgent boolean not null,
  sealed bytea not null,
  written_at timestamptz not null,
  written_by text not null,
  written_by_label text not null,
  primary key (municipality_code, note_id)
);
comment on table relief.note is '引継ぎ: what a shift leaves to the next. Appended; a correction is another note.';
comment on column relief.note.sealed is 'Words, sealed: people write of people';
create index note_list on relief.note (municipality_code, disaster_id, written_at);
call app.protect('relief.note', 'select, insert');
grant select, update (sealed) on relief.note to rekeyer;

create table relief.note_done (
  municipality_code char(6) not null,
  note_id uuid not null,
  done_at timestamptz not null,
  done_by text not null,
  done_by_label text not null,
  primary key (municipality_code, note_id)
);
comment on table relief.note_done is '引継ぎの対応済み: of two who say so at once the first one stands';
call app.protect('relief.note_done', 'select, insert');
call app.limit_by_parent('relief.note_done', 'relief.note', 'note_id');

--! constraints
alter table relief.pass add constraint pass_disaster foreign key (municipality_code, disaster_id) references disasters.disaster (municipality_code, disaster_id);
alter table relief.note add constraint note_disaster foreign key (municipality_code, disaster_id) references disasters.disaster (municipality_code, disaster_id);
alter table relief.note_done add constraint note_done_note foreign key (municipality_code, note_id) references relief.note (municipality_code, note_id);
