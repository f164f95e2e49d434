-- For the modules above, so that whoever is linked to a house later is minded there at once.
create view dwellings.pub_occupancy with (security_invoker = true) as
  select o.municipality_code, o.disaster_id, o.dwelling_id, o.household_no, o.resident_no, o.non_resident_id
    from dwellings.occupancy o
   where o.present and o.dwelling_id is not null;
comment on view dwellings.pub_occupancy is 'Who lived in which house when the disaster came, as it stands; protected people among them: to be shown to nobody';
grant select on dwellings.pub_occupancy to app;
