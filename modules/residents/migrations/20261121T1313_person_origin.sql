-- Data that came by hand feed no 住民票・印鑑・税: whoever asks for a person learns how the row came.
create or replace view residents.pub_person with (security_invoker = true) as
  select v.municipality_code, v.resident_no, v.origin
    from residents.version v
   where v.to_seq is null and v.latest and not v.deleted;
