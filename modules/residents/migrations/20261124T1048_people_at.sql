-- Everybody of the register as of a seq, by what stands in clear, for picking people out of a whole town. Protected as
-- `protection_of` says, but by sets: a city is asked at once.
create function residents.people_at(municipality char(6), as_of bigint)
returns table (resident_no text, household_no text, birth_on date, sex char(1), protected boolean)
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
  select v.resident_no, v.household_no, v.birth_on, v.sex,
         coalesce(v.household_no in (select h.household_no from houses h), false)
           or v.resident_no in (select p.resident_no from people p)
    from residents.version v
   where v.municipality_code = municipality and v.state = 'resident' and v.latest and not v.deleted
     and v.from_seq <= as_of and (v.to_seq is null or v.to_seq > as_of)
$$;
comment on function residents.people_at is 'People of the register as of a seq by what stands in clear, and whether each is protected now (支援措置)';
grant execute on function residents.people_at to app;

-- Whose names, kana or address may hold the searched words; the caller checks them exactly. Owned by a role that bypasses
-- RLS, as `search` is; it checks the municipality itself.
create function residents.numbers_of_tokens(municipality char(6), as_of bigint, wanted bigint[])
returns table (resident_no text)
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_custom_plan
as $$
begin
  if municipality is distinct from app.current_municipality() then
    raise exception 'search outside the municipality in scope' using errcode = '42501';
  end if;
  return query
    select v.resident_no from residents.version v
     where v.municipality_code = municipality and v.latest and not v.deleted and v.tokens @> wanted
       and v.from_seq <= as_of and (v.to_seq is null or v.to_seq > as_of);
end
$$;
revoke all on function residents.numbers_of_tokens from public;
grant create on schema residents to searcher;
alter function residents.numbers_of_tokens owner to searcher;
revoke create on schema residents from searcher;
grant execute on function residents.numbers_of_tokens to app;
