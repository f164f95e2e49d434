create view ledger.pub_harm with (security_invoker = true) as
  select e.municipality_code, e.disaster_id, e.entry_id, i.codes,
         case when e.resident_no is not null then 'R-' || e.resident_no else 'N-' || e.non_resident_id end as person_ref
    from ledger.present_item i
    join ledger.entry e on e.municipality_code = i.municipality_code and e.entry_id = i.entry_id
   where i.item_key = 'human-damage';
comment on view ledger.pub_harm is '人的被害 as it stands, one row a person';
grant select on ledger.pub_harm to app;

create view ledger.pub_disclosure with (security_invoker = true) as
  select d.municipality_code, d.disaster_id, d.disclosure_id, d.received_at
    from ledger.disclosure d
   where not exists (select 1 from ledger.disclosure_decision x
                      where x.municipality_code = d.municipality_code and x.disclosure_id = d.disclosure_id);
comment on view ledger.pub_disclosure is '台帳情報の提供の申請 that nobody decided on yet';
grant select on ledger.pub_disclosure to app;
