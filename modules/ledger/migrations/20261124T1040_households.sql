-- 被災時の世帯. Untouched it is the register's as cut, and has no rows. Whoever changes it first writes its people down as
-- cut; from then on a person's newest row of `membership` says where the person belongs, so nobody can be in two.
create table ledger.household_change (
  municipality_code char(6) not null,
  household_id uuid not null,
  version integer not null,
  disaster_id uuid not null,
  kind text not null check (kind in ('cut', 'split', 'joined', 'added', 'left', 'head')),
  head_ref text,
  reason_code text not null,
  sealed bytea,
  written_at timestamptz not null,
  written_by text not null,
  primary key (municipality_code, household_id, version)
);
comment on table ledger.household_change is '被災時の世帯の変更: one row a version of a household that was told otherwise than the register has it. Appended only.';
comment on column ledger.household_change.household_id is 'Of a household as cut: made of the disaster and the smallest 宛名番号 in it (households.ts)';
comment on column ledger.household_change.head_ref is '世帯主 from this version on; null = not known';
comment on column ledger.household_change.sealed is 'The reason in words, sealed; null = none';
call app.protect('ledger.household_change', 'select, insert');
grant select, update (sealed) on ledger.household_change to rekeyer;

create table ledger.membership (
  municipality_code char(6) not null,
  disaster_id uuid not null,
  person_ref text not null,
  version integer not null,
  household_id uuid not null,
  household_version integer not null,
  resident_no text,
  non_resident_id uuid,
  primary key (municipality_code, disaster_id, person_ref, version),
  check (num_nonnulls(resident_no, non_resident_id) = 1)
);
comment on table ledger.membership is 'Who belongs to which household of a ledger; a person''s highest version is the present one. Appended only.';
create index membership_household on ledger.membership (municipality_code, household_id);
create index membership_person on ledger.membership (municipality_code, person_ref);
call app.protect('ledger.membership', 'select, insert');

create view ledger.present_membership with (security_invoker = true) as
  select m.municipality_code, m.disaster_id, m.person_ref, m.version, m.household_id, m.resident_no, m.non_resident_id
    from ledger.membership m
   where not exists (select 1 from ledger.membership later
                      where later.municipality_code = m.municipality_code and later.disaster_id = m.disaster_id
                        and later.person_ref = m.person_ref and later.version > m.version);
comment on view ledger.present_membership is 'The household of everybody whose household was told otherwise than the register has it';
grant select on ledger.present_membership to app;

-- Who is in one household of a ledger with somebody under 支援措置 lives where that person is hidden.
create function ledger.shares_protection(municipality char(6), person text) returns boolean
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
$$;
grant execute on function ledger.shares_protection to app;

create or replace function ledger.is_protected(municipality char(6), resident text, household text, other uuid) returns boolean
language sql stable
as $$
  select case when resident is not null
              then residents.is_protected(municipality, resident, household)
                or ledger.shares_protection(municipality, 'R-' || resident)
              when other is null then false
              else coalesce((select n.suppressed from ledger.non_resident n
                              where n.municipality_code = municipality and n.non_resident_id = other
                              order by n.version desc limit 1), true)
                or ledger.shares_protection(municipality, 'N-' || other) end
$$;
comment on function ledger.is_protected is 'True while the person is protected: the town''s 支援措置, what the present version of a 住登外者 reports, or a household of a ledger shared with somebody protected';

--! constraints
alter table ledger.household_change add constraint household_change_ledger foreign key (municipality_code, disaster_id) references ledger.ledger (municipality_code, disaster_id);
alter table ledger.membership add constraint membership_household_change foreign key (municipality_code, household_id, household_version) references ledger.household_change (municipality_code, household_id, version);
