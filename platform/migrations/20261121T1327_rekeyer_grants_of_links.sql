-- As 20261121T1326, for what the links brought.

grant usage on schema access, registers, linkage to rekeyer;
grant select, update (sealed, record_hmac) on access.suppression to rekeyer;
grant select, update (sealed, record_hmac) on registers.entry to rekeyer;
grant select, update (sealed, record_hmac) on registers.card_serial to rekeyer;
grant select, update (sealed_key) on linkage.inbound to rekeyer;
grant select, update (sealed) on linkage.contact to rekeyer;
