-- Staff end the linkage of a business, which is fed by hand from then on; and when hands last did.

alter table linkage.business_state add column ended_at timestamptz;
alter table linkage.business_state add column ended_by text;
alter table linkage.business_state add column end_reason text;
alter table linkage.business_state add column unproved boolean not null default false;
alter table linkage.business_state add column hand_at timestamptz;
alter table linkage.business_state add column hand_rows bigint;
comment on column linkage.business_state.ended_at is 'Since when an agent''s files of the business are not applied and staff may load it by hand; null = the linkage goes on';
comment on column linkage.business_state.unproved is 'The linkage was ended and hands may have changed what is here: true until a full file of an agent is applied after the linkage was taken up again. So long nothing strict is issued of the business.';
comment on column linkage.business_state.hand_at is 'When staff last loaded the business by hand';
comment on column linkage.business_state.hand_rows is 'Rows of that file';
grant update (ended_at, ended_by, end_reason, unproved) on linkage.business_state to app;
grant update (unproved, hand_at, hand_rows) on linkage.business_state to linkage;

create view linkage.pub_ended with (security_invoker = true) as
  select s.municipality_code, s.business from linkage.business_state s where s.ended_at is not null;
comment on view linkage.pub_ended is 'Businesses the linkage of which staff ended: they are loaded by hand';
grant select on linkage.pub_ended to app, linkage;
