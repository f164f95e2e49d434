-- A right limited to some 町字 sees the houses there, and none behind which somebody is protected: that it is in the list of one
-- 町字 would tell where they live. Asked without the limit, since the answer hangs on rows that the limit itself hides.
create function surveys.is_hidden(municipality char(6), task uuid, disaster uuid) returns boolean
language plpgsql stable
as $$
declare
  areas text := coalesce(current_setting('app.areas', true), '');
  hidden boolean;
begin
  perform set_config('app.areas', '', true);
  hidden := exists (
      select 1 from surveys.person p
       where p.municipality_code = municipality and p.task_id = task
         and (ledger.is_protected(municipality, p.resident_no, p.household_no, p.non_resident_id)
           or (p.resident_no is null and residents.is_protected(municipality, null, p.household_no))))
    or exists (
      select 1 from surveys.house s
        join dwellings.pub_occupancy o on o.municipality_code = municipality and o.dwelling_id = s.dwelling_id
       where s.municipality_code = municipality and s.task_id = task and o.disaster_id = disaster
         and case when o.household_no is not null then residents.is_protected(municipality, null, o.household_no)
                  else ledger.is_protected(municipality, o.resident_no, null, o.non_resident_id) end);
  perform set_config('app.areas', areas, true);
  return hidden;
end
$$;
comment on function surveys.is_hidden is 'Whether somebody behind a task, or in its house, is protected now';
grant execute on function surveys.is_hidden to app;

create policy area on surveys.task as restrictive
  using ((select coalesce(current_setting('app.areas', true), '') = '')
    -- No house is at a 町字 without a name: what reaches that, reaches the whole disaster.
    or app.in_areas(disaster_id, '')
    or (app.in_areas(disaster_id, area_name) and not surveys.is_hidden(municipality_code, task_id, disaster_id)))
  with check (app.in_areas(disaster_id, area_name));

-- Judged by a line on the map and told by counts and words of the whole disaster: nothing of one 町字.
create policy area on surveys.area_judgement as restrictive
  using ((select coalesce(current_setting('app.areas', true), '') = '') or app.in_areas(disaster_id, ''))
  with check (app.in_areas(disaster_id, ''));
