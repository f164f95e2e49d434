-- 住登外者 who turned out to be somebody of the register (or of another row): told, and taken back, with its reason.
create table ledger.identity (
  municipality_code char(6) not null,
  non_resident_id uuid not null,
  version integer not null,
  disaster_id uuid not null,
  resident_no text not null,
  same boolean not null,
  sealed bytea not null,
  at timestamptz not null,
  actor text not null,
  actor_label text not null,
  primary key (municipality_code, non_resident_id, version)
);
comment on table ledger.identity is '住登外者 and 住民 are one person, or not (any more): the highest version holds. Appended; both keep their entry and its facts.';
comment on column ledger.identity.sealed is 'The reason in words, sealed';
create index identity_resident on ledger.identity (municipality_code, resident_no);
call app.protect('ledger.identity', 'select, insert');
grant select, update (sealed) on ledger.identity to rekeyer;

create view ledger.present_identity with (security_invoker = true) as
  select i.municipality_code, i.non_resident_id, i.version, i.disaster_id, i.resident_no
    from ledger.identity i
   where i.same and not exists (select 1 from ledger.identity later
                                 where later.municipality_code = i.municipality_code
                                   and later.non_resident_id = i.non_resident_id and later.version > i.version);
comment on view ledger.present_identity is 'Which 住登外者 are somebody of the register';
grant select on ledger.present_identity to app;

-- As before, and whoever is one person with somebody protected.
create or replace function ledger.shares_protection(municipality char(6), person text) returns boolean
language sql stable
as $$
  select exists (
    select 1
      from ledger.present_membership mine
      join ledger.present_membership other
        on other.municipality_code = municipality and other.household_id = mine.household_id
       and other.person_ref <> mine.person_ref
     where mine.municipality_code = municipality and mine.person_ref = person
       and case when other.resident_no is not null
                then residents.is_protected(municipality, other.resident_no, null)
                else coalesce((select n.suppressed from ledger.non_resident n
                                where n.municipality_code = municipality and n.non_resident_id = other.non_resident_id
                                order by n.version desc limit 1), true) end)
    or exists (
    select 1
      from ledger.present_identity mine
      join ledger.present_identity one
        on one.municipality_code = municipality and one.resident_no = mine.resident_no
     where mine.municipality_code = municipality
       and (case when left(person, 2) = 'R-' then mine.resident_no = substr(person, 3)
                 else mine.non_resident_id = substr(person, 3)::uuid end)
       and (residents.is_protected(municipality, one.resident_no, null)
            or coalesce((select n.suppressed from ledger.non_resident n
                          where n.municipality_code = municipality and n.non_resident_id = one.non_resident_id
                          order by n.version desc limit 1), true)))
$$;

--! constraints
alter table ledger.identity add constraint identity_ledger foreign key (municipality_code, disaster_id) references ledger.ledger (municipality_code, disaster_id);
