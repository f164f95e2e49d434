-- 支援措置の対象者 among those whom an application is about: whoever decides says whether they are left out or handed over without
-- whereabouts, and each provision says how it was.
alter table ledger.disclosure_decision add column protected_people text
  check (protected_people in ('left-out', 'without-contact'));
comment on column ledger.disclosure_decision.protected_people is 'Null: nobody was protected, so nobody chose. Then nothing is handed over while somebody is.';
alter table ledger.provision add column without_contact boolean not null default false;
comment on column ledger.provision.without_contact is 'Handed over without address, whereabouts and contacts (連絡先を除いて提供)';
