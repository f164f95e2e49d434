-- As platform's 20261121T1326, for the words of 被災届出.
grant select, update (sealed, withdrawn_reason) on risai.report to rekeyer;
