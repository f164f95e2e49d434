-- As platform's 20261121T1326, for reasons and 宛名台紙 of batches.
grant select, update (reasons) on certificates.batch_item to rekeyer;
grant select, update (sheets) on certificates.batch_bundle to rekeyer;
