grant usage on schema support to rekeyer;
