grant usage on schema payments to rekeyer;
