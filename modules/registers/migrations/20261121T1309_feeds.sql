-- 宛名番号 that a row may stand under: the register, or 住登外者.
create view registers.pub_parent with (security_invoker = true) as
  select p.municipality_code, p.resident_no from residents.pub_person p
  union all
  select e.municipality_code, e.resident_no
    from registers.entry e
   where e.business = 'non-residents' and e.to_seq is null and e.latest and not e.deleted;
comment on view registers.pub_parent is 'People whom the town knows now, as 住民 or 住登外者';
grant select on registers.pub_parent to app, linkage;

-- A row that came before its person is stored and waits: it is in no feed until the person is there. What protects, or is a
-- person itself, never waits.
create view registers.pub_entry with (security_invoker = true) as
  select e.municipality_code, q.seq, e.business, e.row_key, e.scope, e.resident_no, e.origin, e.clear, e.from_seq
    from registers.entry e
    join residents.pub_sequence q on q.municipality_code = e.municipality_code
   where e.to_seq is null and e.latest and not e.deleted
     and (e.business in ('non-residents', 'issue-blocks') or e.resident_no is null or exists (
       select 1 from registers.pub_parent p
        where p.municipality_code = e.municipality_code and p.resident_no = e.resident_no));
comment on view registers.pub_entry is 'Latest rows whose person is known, as of seq, with what stands in clear; the words are opened one by one (findEntries)';
comment on column registers.pub_entry.seq is 'As of which number of the town''s data the feed is';
grant select on registers.pub_entry to app, linkage;

create view registers.pub_certificates with (security_invoker = true) as
  select * from registers.pub_entry
   where business in ('households', 'issue-blocks', 'seals', 'tax-assessments', 'tax-incomes', 'tax-payments', 'houses',
                      'non-residents');
comment on view registers.pub_certificates is 'Feed of the certificates: businesses that a kind of certificate is made from';
grant select on registers.pub_certificates to app;

create view registers.pub_ledger with (security_invoker = true) as
  select * from registers.pub_entry
   where business in ('households', 'non-residents', 'nursing-care', 'disabilities', 'late-elderly', 'houses');
comment on view registers.pub_ledger is 'Feed of the 被災者台帳: who needs help, and what stood where';
grant select on registers.pub_ledger to app;

create view registers.pub_review with (security_invoker = true) as
  select * from registers.pub_entry
   where business in ('households', 'non-residents', 'tax-assessments', 'tax-incomes', 'tax-payments', 'nursing-care',
                      'disabilities', 'late-elderly');
comment on view registers.pub_review is 'Feed of the electronic review of applications';
grant select on registers.pub_review to app;


-- A household is asked for by its number, as of any seq.
create index entry_household on registers.entry (municipality_code, scope) where business = 'households' and not deleted;
