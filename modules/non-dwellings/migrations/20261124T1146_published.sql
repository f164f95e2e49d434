create view non_dwellings.pub_property with (security_invoker = true) as
  select p.municipality_code, p.disaster_id, p.non_dwelling_id, p.person_ref, p.kind, p.result_code, p.report_id, p.registered_at
    from non_dwellings.property p;
comment on view non_dwellings.pub_property is '被災非住家 with its kind and newest finding';
grant select on non_dwellings.pub_property to app;
