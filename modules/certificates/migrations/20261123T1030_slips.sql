-- らくらく窓口: the resident applies at a terminal, the paper comes out inside, staff hand it over against the slip and the fee.

create table certificates.slip_day (
  municipality_code char(6) not null,
  on_date date not null,
  last_no smallint not null,
  primary key (municipality_code, on_date)
);
comment on table certificates.slip_day is 'The last number that was given to a 受付票 on the day';
call app.protect('certificates.slip_day', 'select, insert, update (last_no)');

create table certificates.slip (
  municipality_code char(6) not null,
  transaction_id char(32) not null,
  started_at timestamptz not null,
  on_date date,
  slip_no smallint,
  accepted_at timestamptz,
  until_at timestamptz,
  inside_at timestamptz,
  primary key (municipality_code, transaction_id),
  unique (municipality_code, on_date, slip_no),
  constraint slip_numbered check (num_nulls(on_date, slip_no, accepted_at, until_at) in (0, 4))
);
comment on table certificates.slip is '受付票: the number under which a certificate waits inside the counter. What becomes of it stands in issue_state: printed = handed over, aborted = disposed of';
comment on column certificates.slip.slip_no is 'From 1 each day, JST; null = the paper has not been asked for yet';
comment on column certificates.slip.started_at is 'First touch at the terminal, by the centre''s clock';
comment on column certificates.slip.until_at is 'Afterwards it is not handed over any more';
comment on column certificates.slip.inside_at is 'When the paper lay inside; null = not printed yet, or nobody told';
call app.protect('certificates.slip', 'select, insert, update (on_date, slip_no, accepted_at, until_at, inside_at)');

--! constraints
alter table certificates.slip add constraint slip_issue foreign key (municipality_code, transaction_id) references certificates.issue (municipality_code, transaction_id);
