-- What `is_protected` says of each, as a set: for lists and counts over a whole town.
create function ledger.protected_now(municipality char(6))
returns table (resident_no text, household_no text, non_resident_id uuid)
language sql stable
as $$
  select p.resident_no, p.household_no, null::uuid from residents.protected_now(municipality) p
  union
  select told.resident_no, null::text, null::uuid
    from (select substr(m.person_ref, 3) as resident_no from ledger.present_membership m
           where m.municipality_code = municipality and left(m.person_ref, 2) = 'R-'
          union
          select i.resident_no from ledger.present_identity i where i.municipality_code = municipality) told
   where ledger.shares_protection(municipality, 'R-' || told.resident_no)
  union
  select null::text, null::text, n.non_resident_id
    from (select distinct r.non_resident_id from ledger.non_resident r where r.municipality_code = municipality) n
   where ledger.is_protected(municipality, null, null, n.non_resident_id)
$$;
comment on function ledger.protected_now is 'Whoever is protected now, as a set: what ledger.is_protected says of each';
grant execute on function ledger.protected_now to app;
