-- A certificate is worth what its whole line of renewals is worth: a thief who renewed once and kept the answer must not
-- outlive the revocation of what he stole.
alter table linkage.agent add column replaced_by uuid;
comment on column linkage.agent.replaced_by is 'The renewal that was used first and so ended this one; null where staff ended it, or another renewal of the same agent was used';
grant update (revoked_at, replaced_by) on linkage.agent to app, linkage;
