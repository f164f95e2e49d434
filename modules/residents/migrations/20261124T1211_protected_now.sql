-- Everybody whom `protection_of` calls protected, as a set: households, and people (by their own measure, or by the household
-- they are registered in now). For lists of a whole town, which cannot ask of each.
create function residents.protected_now(municipality char(6))
returns table (resident_no text, household_no text)
language sql stable
as $$
  with hidden as materialized (
    select distinct s.resident_no from access.pub_suppressed s where s.municipality_code = municipality),
  houses as materialized (
    select distinct m.household_no from residents.version m
     where m.municipality_code = municipality and coalesce(m.to_seq, 0) = 0 and m.latest and not m.deleted
       and m.household_no is not null and m.resident_no in (select h.resident_no from hidden h))
  select h.resident_no, null::text from hidden h
  union
  select m.resident_no, null::text from residents.version m
   where m.municipality_code = municipality and coalesce(m.to_seq, 0) = 0 and m.latest and not m.deleted
     and m.household_no in (select h.household_no from houses h)
  union
  select null::text, h.household_no from houses h
$$;
comment on function residents.protected_now is 'People and households under 支援措置 now, as a set: what residents.is_protected says of each';
grant execute on function residents.protected_now to app;
