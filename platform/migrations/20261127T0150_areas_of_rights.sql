-- A right for a disaster may be limited to some 町字 of it. A setting of the transaction, as for disasters: a line 'only', then a line
-- for each disaster that the right holds for whole, and one `disaster:町字` for each 町字. Empty = no such limit. What lies at a place
-- is kept back by a rule at its own table (surveys.task); what hangs on it, by `app.in_reach_by`.
create function app.in_areas(disaster uuid, area text) returns boolean
language sql stable parallel safe
as $$
  select coalesce(current_setting('app.areas', true), '') = ''
    or string_to_array(current_setting('app.areas', true), E'\n') && array[disaster::text, disaster || ':' || area]
$$;
comment on function app.in_areas is 'Whether what lies in this 町字 is there for whom is acting now';
