-- A browser's mark that this town never gave is not taken over: asked at every sign-in.
create index session_of_device on access.session (municipality_code, device_hash);
