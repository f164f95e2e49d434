-- When a machine was last used, for lists of machines: of millions of sessions its newest one.
create index session_kiosk_seen on center.session (kiosk_id, last_seen_at);
