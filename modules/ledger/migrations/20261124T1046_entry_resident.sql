-- The same person in ledgers of several disasters, and facts of one kind over a whole ledger.
create index entry_resident on ledger.entry (municipality_code, resident_no);
create index fact_kind on ledger.fact (municipality_code, kind, entry_id);
create index item_key on ledger.item (municipality_code, item_key, entry_id);
