-- Which columns the role rekeyer may seal anew: those of the lists `x.sealed.ts`, with the tokens and digests beside them.
-- A test compares lists, grants and catalogue.

grant usage on schema residents, ledger, certificates, risai, notices to rekeyer;
grant select, update (sealed, record_hmac, tokens) on residents.version to rekeyer;
grant select, update (frozen) on certificates.issue to rekeyer;
grant select, update (sealed_pdf) on certificates.archive to rekeyer;
grant select, update (evidence) on certificates.alarm to rekeyer;
grant select, update (note) on certificates.alarm_acknowledgement to rekeyer;
grant select, update (sealed, tokens) on ledger.non_resident to rekeyer;
grant select, update (sealed) on ledger.fact to rekeyer;
grant select, update (sealed) on notices.notice to rekeyer;
grant select, update (state_reason) on risai.application to rekeyer;
grant select, update (sealed) on risai.form to rekeyer;
grant select, update (sealed) on risai.grading to rekeyer;
grant select, update (reason) on risai.decision to rekeyer;
grant select, update (withdrawn_reason) on risai.certificate to rekeyer;

-- Codes of the towns that have keys, for the change of the master key: nobody's town is in scope then.
create function app.towns_with_keys() returns setof char(6)
language sql stable security definer set search_path = ''
as $$
  select distinct municipality_code from app.sealing_key order by 1
$$;
grant usage on schema app to searcher;
grant select on app.sealing_key to searcher;
grant create on schema app to searcher;
revoke all on function app.towns_with_keys from public;
alter function app.towns_with_keys owner to searcher;
revoke create on schema app from searcher;
grant execute on function app.towns_with_keys to app, rekeyer;
