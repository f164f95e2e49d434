-- What was printed, of all the states a certificate goes through (`pub_issued`).
create index issue_state_printed on certificates.issue_state (municipality_code, transaction_id) where state = 'printed';
