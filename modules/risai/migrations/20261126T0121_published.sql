-- As before; the number is looked up where it is asked for: a count of letters needs no application.
create or replace view risai.pub_letter with (security_invoker = true) as
  select l.municipality_code, l.disaster_id, l.letter_id, l.application_id,
         (select a.serial_no from risai.application a
           where a.municipality_code = l.municipality_code and a.application_id = l.application_id) as serial_no,
         l.requested_at, l.batch_id is not null as bundled
    from risai.letter l
   where l.posted_at is null and l.left_out_at is null;

-- Accepted ones beside the surveys that are done, both in order of the application (control room).
create index application_accepted on risai.application (municipality_code, disaster_id, application_id) include (received_at) where state = 'accepted';
