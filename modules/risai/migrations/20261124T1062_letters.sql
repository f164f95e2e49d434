create table risai.letter (
  municipality_code char(6) not null,
  letter_id uuid not null,
  disaster_id uuid not null,
  application_id uuid not null,
  kind text not null check (kind in ('acceptance', 'decision', 'resurvey')),
  requested_at timestamptz not null,
  sealed bytea not null,
  batch_id uuid,
  posted_at timestamptz,
  left_out_at timestamptz,
  primary key (municipality_code, letter_id),
  check (posted_at is null or batch_id is not null)
);
comment on table risai.letter is '通知書: a notice that goes by letter, waiting for its batch';
comment on column risai.letter.sealed is 'Subject and lines as decided, sealed. The address is read when it is printed, and whoever is protected then is left out.';
comment on column risai.letter.left_out_at is 'A clerk took it out of the batches: handed over or told otherwise';
create index letter_waiting on risai.letter (municipality_code, disaster_id, letter_id) where batch_id is null and left_out_at is null;
create index letter_of_application on risai.letter (municipality_code, application_id);
create index letter_of_batch on risai.letter (municipality_code, batch_id) where batch_id is not null;
call app.protect('risai.letter', 'select, insert, update (batch_id, posted_at, left_out_at)');
grant select, update (sealed) on risai.letter to rekeyer;

create table risai.letter_batch (
  municipality_code char(6) not null,
  batch_id uuid not null,
  disaster_id uuid not null,
  state text not null check (state in ('made', 'posted', 'dissolved')),
  version integer not null,
  made_at timestamptz not null,
  made_by text not null,
  made_by_label text not null,
  posted_on date,
  primary key (municipality_code, batch_id)
);
comment on table risai.letter_batch is '通知書の束: letters printed and posted together';
comment on column risai.letter_batch.state is 'dissolved: its letters wait again';
call app.protect('risai.letter_batch', 'select, insert, update (state, version, posted_on)');

--! constraints
alter table risai.letter add constraint letter_application foreign key (municipality_code, application_id) references risai.application (municipality_code, application_id);
alter table risai.letter add constraint letter_batch foreign key (municipality_code, batch_id) references risai.letter_batch (municipality_code, batch_id);
alter table risai.letter_batch add constraint letter_batch_disaster foreign key (municipality_code, disaster_id) references disasters.disaster (municipality_code, disaster_id);
