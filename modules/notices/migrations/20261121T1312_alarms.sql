-- An alarm of the link is raised and mailed in the transaction that found the trouble, which is the link's own.
grant usage on schema notices to linkage;
grant select, insert on notices.notice to linkage;
