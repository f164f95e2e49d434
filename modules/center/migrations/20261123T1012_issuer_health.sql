-- Whether issuing servers are there: one row a server, written by the watch of every minute.

create table center.issuer_health (
  endpoint text not null,
  asked_at timestamptz not null,
  answered_at timestamptz,
  clock_ahead_ms integer,
  build text,
  failing_since timestamptz,
  primary key (endpoint)
);
comment on table center.issuer_health is '証明発行サーバの稼働: what each answered to the last heartbeat';
comment on column center.issuer_health.answered_at is 'Last answer; null = never';
comment on column center.issuer_health.clock_ahead_ms is 'How far its clock is ahead of ours; negative = behind';
comment on column center.issuer_health.failing_since is 'First heartbeat without an answer after the last with one; null = it answers';
grant select, insert, update (asked_at, answered_at, clock_ahead_ms, build, failing_since) on center.issuer_health to app;
