-- Who opens the way into a town (緊急閲覧), or makes accounts: nobody can play both of the two persons by making the other's account.
alter table center.staff add column password_by uuid references center.staff (staff_id);
comment on column center.staff.password_by is 'The administrator who made the password, and so saw it: may not be who lets the account on; null = the command on the centre''s machine';
grant update (password_by) on center.staff to app;
