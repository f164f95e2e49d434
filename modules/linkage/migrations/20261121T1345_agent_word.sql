-- Each agent speaks for itself: how fresh the town's data are is what the worst of them says.

create table linkage.agent_word (
  municipality_code char(6) not null,
  agent_id uuid not null,
  business text not null,
  unsent integer not null check (unsent >= 0),
  clear_at timestamptz,
  signed_at timestamptz not null,
  primary key (municipality_code, agent_id, business)
);
comment on table linkage.agent_word is 'What an agent in production last said of a business; that of a revoked one counts no more';
comment on column linkage.agent_word.unsent is 'Files that wait in the town hall or were refused there';
comment on column linkage.agent_word.clear_at is 'When it last said that it had nothing unsent while nothing waited or stood refused here: as fresh as the town''s own data';
comment on column linkage.agent_word.signed_at is 'When the agent signed it: an older message, sent once more, changes nothing';
call app.protect('linkage.agent_word', 'select', 'select, insert, update (unsent, clear_at, signed_at)');

alter table linkage.business_state drop column unsent;
alter table linkage.business_state drop column unsent_at;
alter table linkage.business_state drop column clear_at;

alter table linkage.inbound add column signed_at timestamptz;
comment on column linkage.inbound.signed_at is 'When the agent signed the message that opened the upload: an older one does not replace it';
grant update (signed_at) on linkage.inbound to linkage;

alter table linkage.alarm add column mail_times timestamptz[] not null default '{}';
comment on column linkage.alarm.mail_times is 'Mails of the last hour: a link that comes and goes is mailed three times an hour at most';
grant update (mail_times) on linkage.alarm to app, linkage;

create or replace function linkage.towns() returns table (municipality_code char(6))
language sql stable security definer set search_path = ''
as $$
  select t.municipality_code from app.tenant t
   where exists (select 1 from linkage.agent a where a.municipality_code = t.municipality_code)
   order by t.municipality_code
$$;
