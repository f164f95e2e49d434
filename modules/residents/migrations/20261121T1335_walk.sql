-- Candidates among the first `examined` people in order of 宛名番号. Under the caller's own rights: `@>` only filters here.
-- The settings say what the planner cannot know of a town (see version's municipality_code: it has no statistics): that
-- walking the key in order and stopping early beats fetching everybody and sorting.
create function residents.walk(
  municipality char(6), as_of bigint, wanted bigint[], by_address boolean, examined integer, most integer)
returns table (resident_no text, history_no integer, branch_no integer, sealed bytea, protected boolean)
language plpgsql stable
set plan_cache_mode = force_custom_plan set enable_sort = off set enable_bitmapscan = off set enable_seqscan = off
as $$
begin
  return query
    select w.resident_no, w.history_no, w.branch_no, w.sealed, p.protected
      from (select * from residents.version v
             where v.municipality_code = municipality and v.latest and not v.deleted
               and v.from_seq <= as_of and (v.to_seq is null or v.to_seq > as_of)
             order by v.resident_no limit examined) w
     cross join lateral residents.protection_of(municipality, w.resident_no, w.household_no) p
     where w.tokens @> wanted and not (by_address and p.protected)
     order by w.resident_no limit most;
end
$$;
grant execute on function residents.walk to app;
