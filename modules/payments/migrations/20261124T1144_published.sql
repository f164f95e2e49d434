create view payments.pub_run with (security_invoker = true) as
  select r.municipality_code, r.disaster_id, r.run_id, r.transfer_on, r.state, r.items, r.total_yen, r.made_at, r.made_by_label
    from payments.run r;
comment on view payments.pub_run is '支払の回 with its state';
grant select on payments.pub_run to app;

create view payments.pub_item with (security_invoker = true) as
  select i.municipality_code, r.disaster_id, i.run_id, i.item_no, i.award_id, i.application_id, i.amount_yen, i.state, i.state_at
    from payments.item i
    join payments.run r on r.municipality_code = i.municipality_code and r.run_id = i.run_id;
comment on view payments.pub_item is '振込一件 with its state; no account';
grant select on payments.pub_item to app;
