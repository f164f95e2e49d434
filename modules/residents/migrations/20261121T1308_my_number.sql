-- What other modules may know in SQL: who is in the register now, and as of which number of the town's data.
create view residents.pub_person with (security_invoker = true) as
  select v.municipality_code, v.resident_no
    from residents.version v
   where v.to_seq is null and v.latest and not v.deleted;
comment on view residents.pub_person is 'People whom the register holds now, one row each';
grant select on residents.pub_person to app, linkage;

create view residents.pub_sequence with (security_invoker = true) as
  select s.municipality_code, s.last_seq as seq from residents.sequence s;
comment on view residents.pub_sequence is 'As of which number the town''s data stand';
grant select on residents.pub_sequence to app, linkage;

-- 個人番号: off by default, per town; never in a row of its own file, an index, a digest or a token (番号法2条8項: a sign made
-- from the number is the number).
create table residents.my_number (
  municipality_code char(6) not null,
  resident_no text not null,
  from_seq bigint not null,
  to_seq bigint,
  sealed bytea,
  primary key (municipality_code, resident_no, from_seq),
  check ((to_seq is null) = (sealed is not null))
);
comment on table residents.my_number is '個人番号 of a town that keeps them. One row a number a person had; the number itself only while it holds.';
comment on column residents.my_number.to_seq is 'Changed, deleted, or the town keeps 個人番号 no more: the number is erased in the same statement';
create unique index my_number_current on residents.my_number (municipality_code, resident_no) where to_seq is null;
alter table residents.my_number alter column municipality_code set statistics 0;
call app.protect('residents.my_number', 'select', 'select, insert, update (to_seq, sealed)');
grant select, update (sealed) on residents.my_number to rekeyer;

create table residents.my_number_log (
  municipality_code char(6) not null,
  at timestamptz not null,
  log_id uuid not null,
  act text not null check (act in ('write', 'erase', 'read', 'refused')),
  actor text not null,
  resident_no text,
  terminal_id uuid,
  purpose text,
  reason text,
  numbers integer,
  seq bigint,
  trace_id text not null,
  primary key (municipality_code, at, log_id)
);
comment on table residents.my_number_log is 'Every touch of 個人番号, beside the audit trail: appended, never changed, never the number itself';
comment on column residents.my_number_log.resident_no is 'Whose number was asked for; null for a file, and where the asker had no right to ask';
comment on column residents.my_number_log.purpose is 'The business for which the law lets the number be used';
comment on column residents.my_number_log.reason is 'Why a reading was refused';
comment on column residents.my_number_log.numbers is 'How many numbers a file wrote or erased; which ones is said by from_seq and to_seq';
call app.protect('residents.my_number_log', 'select, insert', 'insert');
