grant usage on schema external_link to rekeyer;
