-- `numbers_of_tokens` for many questions at once: a list of thousands of people is looked for in one go. Question by
-- question inside, so that each is planned for its own words; the caller checks the candidates exactly.
create function residents.numbers_of_many(municipality char(6), as_of bigint, questions jsonb)
returns table (question integer, resident_no text)
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_custom_plan
as $$
declare
  asked record;
begin
  if municipality is distinct from app.current_municipality() then
    raise exception 'search outside the municipality in scope' using errcode = '42501';
  end if;
  for asked in select q.at, q.wanted from jsonb_to_recordset(questions) as q(at integer, wanted bigint[]) loop
    return query
      select asked.at, v.resident_no from residents.version v
       where v.municipality_code = municipality and v.latest and not v.deleted and v.tokens @> asked.wanted
         and v.from_seq <= as_of and (v.to_seq is null or v.to_seq > as_of);
  end loop;
end
$$;
revoke all on function residents.numbers_of_many from public;
grant create on schema residents to searcher;
alter function residents.numbers_of_many owner to searcher;
revoke create on schema residents from searcher;
grant execute on function residents.numbers_of_many to app;
