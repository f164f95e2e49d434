-- As 20261121T1326, for what staff load by hand.

grant usage on schema manual to rekeyer;
grant select, update (sealed_key, sealed) on manual.upload to rekeyer;
grant select, update (sealed) on manual.mapping to rekeyer;
grant select, update (sealed) on manual.run to rekeyer;
