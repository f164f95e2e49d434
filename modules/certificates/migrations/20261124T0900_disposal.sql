-- The role disposer deletes what has been kept for its time, of the town in scope, and reads no more of it than that time.

grant usage on schema app, certificates to disposer;
grant select (municipality_code, transaction_id, keep_until), delete on certificates.archive to disposer;
grant select (municipality_code, session_hash, expires_at), delete on certificates.exchange_session to disposer;
create index archive_keep_until on certificates.archive (municipality_code, keep_until);
create index exchange_session_expires on certificates.exchange_session (municipality_code, expires_at);
