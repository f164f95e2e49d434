create schema matching;
grant usage on schema matching to app, rekeyer;

create table matching.list (
  municipality_code char(6) not null,
  list_id uuid not null,
  disaster_id uuid not null,
  source text not null,
  automatic boolean not null,
  header text[] not null,
  targets text[] not null,
  rows integer not null,
  same integer not null,
  sealed bytea not null,
  taken_at timestamptz not null,
  actor text not null,
  actor_label text not null,
  primary key (municipality_code, list_id)
);
comment on table matching.list is '名寄せ: a list of people that was taken in, from a shelter, a form, a hotel, welfare. Appended.';
comment on column matching.list.automatic is 'Rows that are certain link themselves';
comment on column matching.list.header is 'Folded names of the columns: the next list with the same header is read the same way';
comment on column matching.list.same is 'Rows that an earlier list had in the same words: not taken in again';
comment on column matching.list.sealed is 'Its title and the name of the file, sealed';
create index list_disaster on matching.list (municipality_code, disaster_id, list_id);
call app.protect('matching.list', 'select, insert');
grant select, update (sealed) on matching.list to rekeyer;

create table matching.row (
  municipality_code char(6) not null,
  row_id uuid not null,
  list_id uuid not null,
  disaster_id uuid not null,
  line integer not null,
  row_hmac bytea not null,
  sealed bytea not null,
  primary key (municipality_code, row_id),
  unique (municipality_code, disaster_id, row_hmac)
);
comment on table matching.row is 'One row of a list, as it was read. Appended.';
comment on column matching.row.row_hmac is 'Keyed digest of source and content: the same row of the same source is not taken in twice';
create index row_list on matching.row (municipality_code, list_id, line);
call app.protect('matching.row', 'select, insert');
grant select, update (sealed, row_hmac) on matching.row to rekeyer;

create table matching.candidate (
  municipality_code char(6) not null,
  row_id uuid not null,
  person_ref text not null,
  score integer not null,
  reasons text[] not null,
  primary key (municipality_code, row_id, person_ref)
);
comment on table matching.candidate is 'Who a row may be, with the reasons. Of protected people none that tells a place.';
call app.protect('matching.candidate', 'select, insert');

create table matching.outcome (
  municipality_code char(6) not null,
  row_id uuid not null,
  step integer not null,
  kind text not null check (kind in ('certain', 'unsure', 'none', 'linked', 'added', 'later', 'undone')),
  person_ref text,
  automatic boolean not null,
  sealed bytea,
  at timestamptz not null,
  actor text not null,
  actor_label text not null,
  primary key (municipality_code, row_id, step)
);
comment on table matching.outcome is 'What was found and decided of a row; the highest step holds. Appended: an undone link stays to be read.';
comment on column matching.outcome.sealed is 'The reason in words, sealed; null = none';
create index outcome_person on matching.outcome (municipality_code, person_ref);
call app.protect('matching.outcome', 'select, insert');
grant select, update (sealed) on matching.outcome to rekeyer;

create view matching.present with (security_invoker = true) as
  select o.municipality_code, o.row_id, o.step, o.kind, o.person_ref, o.automatic, o.at, o.actor_label
    from matching.outcome o
   where not exists (select 1 from matching.outcome later
                      where later.municipality_code = o.municipality_code and later.row_id = o.row_id and later.step > o.step);
grant select on matching.present to app;

--! constraints
alter table matching.list add constraint list_ledger foreign key (municipality_code, disaster_id) references ledger.ledger (municipality_code, disaster_id);
alter table matching.row add constraint row_list foreign key (municipality_code, list_id) references matching.list (municipality_code, list_id);
alter table matching.candidate add constraint candidate_row foreign key (municipality_code, row_id) references matching.row (municipality_code, row_id);
alter table matching.outcome add constraint outcome_row foreign key (municipality_code, row_id) references matching.row (municipality_code, row_id);
