-- What other modules may know of the numbers of a town's data: of which business a file was applied, and how it came.
create view residents.pub_applied with (security_invoker = true) as
  select a.municipality_code, a.seq, a.at, a.business, a.origin from residents.applied a;
comment on view residents.pub_applied is 'Each number of the town''s data: when it was applied, of which business, from where';
grant select on residents.pub_applied to app, linkage;
