-- Files without receipt: what the agent did not take, or was told that it cannot be opened, as it last said.
alter table linkage.agent add column refused_at_home jsonb not null default '[]';
comment on column linkage.agent.refused_at_home is 'Files of the town hall that never came here: business, number, place in the refused folder, when, how many wrong places, the first reason; never a value or a name of a file';
grant update (refused_at_home) on linkage.agent to linkage;
