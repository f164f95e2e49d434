-- Households of the register as of a seq, the members from the oldest on. Protected as `protection_of` says, but by sets: who
-- is under 支援措置 now, the households they are in now, and everybody in those; a city is asked at once.
create function residents.households_at(municipality char(6), as_of bigint)
returns table (household_no text, members text[], protected boolean)
language sql stable
as $$
  with hidden as materialized (
    select s.resident_no from access.pub_suppressed s where s.municipality_code = municipality),
  houses as materialized (
    select distinct m.household_no from residents.version m
     where m.municipality_code = municipality and m.to_seq is null and m.latest and not m.deleted
       and m.household_no is not null and m.resident_no in (select h.resident_no from hidden h)),
  people as materialized (
    select h.resident_no from hidden h
    union
    select m.resident_no from residents.version m
     where m.municipality_code = municipality and m.to_seq is null and m.latest and not m.deleted
       and m.household_no in (select h.household_no from houses h))
  select v.household_no, array_agg(v.resident_no order by v.birth_on nulls last, v.resident_no),
         bool_or(v.household_no in (select h.household_no from houses h)
              or v.resident_no in (select p.resident_no from people p))
    from residents.version v
   where v.municipality_code = municipality and v.household_no is not null and v.state = 'resident'
     and v.latest and not v.deleted and v.from_seq <= as_of and (v.to_seq is null or v.to_seq > as_of)
   group by v.household_no
$$;
comment on function residents.households_at is 'Households as of a seq with their members, and whether the household is protected now (支援措置)';
grant execute on function residents.households_at to app;
