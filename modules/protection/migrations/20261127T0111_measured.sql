-- Whom a measure entered here is about, lifted for somebody for a while or not: who hands data out of the house has to know,
-- also while they see the person themselves.
create view protection.pub_measured with (security_invoker = true) as
  select p.municipality_code, p.resident_no
    from protection.person p
   where p.role <> 'perpetrator' and p.resident_no is not null
     and not exists (
       select 1 from protection.act e
        where e.municipality_code = p.municipality_code and e.measure_id = p.measure_id
          and e.kind in ('refused', 'released'));
comment on view protection.pub_measured is 'Whom measures entered here protect, though one of them may be lifted for an officer just now';
grant select on protection.pub_measured to app;
