-- What `billing` reads: what was printed and what it cost, where machines stand, who takes part. Nothing else of the centre.

create index transaction_state_printed on center.transaction_state (at, transaction_id) where state = 'printed';

create view center.pub_printed with (security_invoker = true) as
  select t.transaction_id, t.municipality_code, t.kind, t.issuer, t.copies, t.kiosk_id, p.at as printed_at,
         q.pages, q.fee_yen, q.printing_yen, q.total_yen, k.usage, s.store_id, s.ja as store, s.municipality_code as
           store_municipality_code, o.operator_id, o.sort as operator_sort,
         exists (select 1 from center.store_test v
                  where v.municipality_code = t.municipality_code and v.store_id = s.store_id
                    and p.at >= v.from_at and p.at < v.until_at) as test
    from center.transaction_state p
    join center.transaction t using (transaction_id)
    join center.quote q using (transaction_id)
    join center.kiosk k using (kiosk_id)
    left join center.store s on s.store_id = k.store_id
    left join center.operator o on o.operator_id = s.operator_id
   where p.state = 'printed';
comment on view center.pub_printed is '印刷済みの取引, one row each; fee_yen and printing_yen are per copy. test = 実店舗試験.';
grant select on center.pub_printed to app;

create view center.pub_till with (security_invoker = true) as
  select t.transaction_id,
         coalesce((select sum(c.yen) from center.coin c where c.transaction_id = t.transaction_id), 0)::int as inserted_yen,
         coalesce((select sum(o.yen) from center.payout o where o.transaction_id = t.transaction_id), 0)::int as paid_out_yen
    from center.transaction t;
comment on view center.pub_till is 'What lay in the slot for a transaction, and what went back to the person';
grant select on center.pub_till to app;

create view center.pub_town with (security_invoker = true) as
  select municipality_code, prefecture, name from center.town;
grant select on center.pub_town to app;

create view center.pub_operator with (security_invoker = true) as
  select operator_id, ja, sort, municipality_code, joined_on, left_on from center.operator;
grant select on center.pub_operator to app;

create view center.pub_offer with (security_invoker = true) as
  select municipality_code, kind, issuer, from_on, until_on from center.route where withdrawn_at is null;
comment on view center.pub_offer is 'Kinds a town has issued, dated; of several rows of a kind the latest that has begun rules';
grant select on center.pub_offer to app;

create view center.pub_store with (security_invoker = true) as
  select store_id, ja, operator_id, municipality_code from center.store;
grant select on center.pub_store to app;
