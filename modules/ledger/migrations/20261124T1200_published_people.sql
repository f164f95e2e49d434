-- What modules that pick people out of a ledger read, by what stands in clear. Nothing sealed passes here.
create view ledger.pub_entry with (security_invoker = true) as
  select e.municipality_code, e.disaster_id, e.entry_id, e.resident_no, e.non_resident_id
    from ledger.entry e;
comment on view ledger.pub_entry is '台帳の記載: who has one in which ledger';
grant select on ledger.pub_entry to app;

create view ledger.pub_membership with (security_invoker = true) as
  select m.municipality_code, m.disaster_id, m.person_ref, m.household_id
    from ledger.present_membership m;
comment on view ledger.pub_membership is 'The household of everybody whose household was told otherwise than the register has it';
grant select on ledger.pub_membership to app;

create view ledger.pub_non_resident with (security_invoker = true) as
  select n.municipality_code, n.disaster_id, n.non_resident_id, n.birth_on, n.sex
    from ledger.non_resident n
   where not exists (select 1 from ledger.non_resident later
                      where later.municipality_code = n.municipality_code
                        and later.non_resident_id = n.non_resident_id and later.version > n.version);
comment on view ledger.pub_non_resident is '住登外者 as they stand; whether one is protected says ledger.is_protected';
grant select on ledger.pub_non_resident to app;

create view ledger.pub_item with (security_invoker = true) as
  select i.municipality_code, i.entry_id, i.item_key, i.codes
    from ledger.present_item i;
comment on view ledger.pub_item is 'Which items are told of whom, with their choices';
grant select on ledger.pub_item to app;

create view ledger.pub_fact with (security_invoker = true) as
  select f.municipality_code, f.entry_id, f.fact_id, f.kind, f.codes
    from ledger.fact f;
comment on view ledger.pub_fact is '事実 by kind and codes; a later fact has the greater id';
grant select on ledger.pub_fact to app;

create view ledger.pub_identity with (security_invoker = true) as
  select i.municipality_code, i.non_resident_id, i.resident_no
    from ledger.present_identity i;
comment on view ledger.pub_identity is 'Which 住登外者 are somebody of the register';
grant select on ledger.pub_identity to app;
