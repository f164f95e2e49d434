-- What the town sent, whole, so that it can be given back; and what it no more has.
alter table access.suppression add column origin text not null default 'link' check (origin in ('link', 'hand'));
alter table access.suppression add column record_hmac bytea;
alter table access.suppression add column sealed bytea;
alter table access.suppression add column kept boolean not null default false;
comment on column access.suppression.origin is 'link: from the 連携AP. hand: loaded by staff';
comment on column access.suppression.record_hmac is 'Keyed digest of the canonical row; null in rows of the first release';
comment on column access.suppression.sealed is 'Interface version and canonical row as the town sent it, sealed; null in rows of the first release';
comment on column access.suppression.kept is 'The town deleted the row or left it out of a full file; it stands on, since only 終了 lifts. Recovery and reconciliation do not count it.';

-- A row that cannot be read may be the word that somebody must be hidden: until a good row of theirs comes they are.
create table access.suppression_doubt (
  municipality_code char(6) not null,
  resident_no text not null,
  from_seq bigint not null,
  to_seq bigint,
  primary key (municipality_code, resident_no, from_seq)
);
comment on table access.suppression_doubt is 'Persons of whom a 支援措置 row came that could not be read: protected until a good one comes';
create unique index suppression_doubt_current on access.suppression_doubt (municipality_code, resident_no) where to_seq is null;
call app.protect('access.suppression_doubt', 'select', 'select, insert, update (to_seq)');
grant select on access.suppression_doubt to searcher;

create or replace view access.pub_suppressed with (security_invoker = true) as
  select s.municipality_code, s.resident_no
    from access.suppression s
   where s.to_seq is null
     and case when s.latest then not s.lifted
              else not exists (
                select 1 from access.suppression n
                 where n.municipality_code = s.municipality_code and n.resident_no = s.resident_no
                   and n.to_seq is null and n.history_no > s.history_no) end
  union all
  select d.municipality_code, d.resident_no from access.suppression_doubt d where d.to_seq is null;
comment on view access.pub_suppressed is '支援措置対象者 now, possibly more than one row a person';
