-- People whose rows are here while none of them is the latest: every screen and paper would call them unknown.
create view residents.pub_without_latest with (security_invoker = true) as
  select v.municipality_code, v.resident_no
    from residents.version v
   where v.to_seq is null and not v.deleted
     and not exists (
       select 1 from residents.version l
        where l.municipality_code = v.municipality_code and l.resident_no = v.resident_no and l.to_seq is null
          and l.latest and not l.deleted);
comment on view residents.pub_without_latest is 'People of whom rows are held, none of them the latest; one row a row';
grant select on residents.pub_without_latest to app, linkage;
