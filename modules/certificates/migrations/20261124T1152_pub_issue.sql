-- What a module whose certificate it is may tell of its papers: when and where they came out, and whether they lost their force.
create view certificates.pub_issue with (security_invoker = true) as
  select i.municipality_code, i.transaction_id, i.kind, i.subject_id, i.channel, i.kiosk_id, i.copies, i.issued_on,
         printed.at as printed_at, withdrawn.at as withdrawn_at
    from certificates.issue i
    join certificates.issue_state printed on printed.municipality_code = i.municipality_code
     and printed.transaction_id = i.transaction_id and printed.state = 'printed'
    left join certificates.issue_state withdrawn on withdrawn.municipality_code = i.municipality_code
     and withdrawn.transaction_id = i.transaction_id and withdrawn.state = 'withdrawn';
comment on view certificates.pub_issue is '交付 that were printed; withdrawn_at null = the paper still holds';
grant select on certificates.pub_issue to app;
