-- Whether a version of a person is protected, as of now: its household, or the one the person is registered in now. A person
-- who lived alone where somebody in hiding moved in has old versions that tell the hidden address. Every reader asks here,
-- whatever the seq it reads as of. One array, so that the planner has one way to go: the index of households.
create or replace function residents.protection_of(municipality char(6), resident text, household text)
returns table (protected boolean)
language sql stable
as $$
  select exists (
           select 1 from access.pub_suppressed s
            where s.municipality_code = municipality and s.resident_no = resident)
      or exists (
           select 1 from residents.version m
            where m.municipality_code = municipality
              and m.household_no = any (array[household, (
                    select n.household_no from residents.version n
                     where n.municipality_code = municipality and n.resident_no = resident
                       and n.to_seq is null and n.latest and not n.deleted)])
              and m.latest and not m.deleted and coalesce(m.to_seq, 0) = 0
              and exists (
                select 1 from access.pub_suppressed s
                 where s.municipality_code = municipality and s.resident_no = m.resident_no offset 0))
$$;
comment on function residents.protection_of is 'Whether a version is protected as of now: by the person, by its household, or by the household the person is in now';
