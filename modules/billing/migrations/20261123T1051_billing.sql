-- 利用料・手数料: what was counted and asked for. Amounts are whole yen, tax included. A row here is never changed: a month is
-- closed once, what comes late is counted in the next, and a wrong head count is followed by a right one.

create schema billing;
grant usage on schema billing to app;

create table billing.closing (
  month char(7) not null,
  closed_at timestamptz not null,
  closed_by text not null,
  primary key (month),
  constraint closing_month check (month ~ '^20[0-9]{2}-(0[1-9]|1[0-2])$')
);
comment on table billing.closing is '月次の締め: which months'' transactions are counted for good';
grant select, insert on billing.closing to app;

create table billing.booked (
  transaction_id char(32) not null,
  month char(7) not null,
  municipality_code char(6) not null,
  kind text not null,
  issuer text not null,
  copies smallint not null,
  printed_at timestamptz not null,
  kiosk_id text not null,
  store_id text,
  store_municipality_code char(6),
  operator_id text,
  channel text not null,
  test boolean not null,
  fee_yen integer not null,
  printing_yen integer not null,
  commission_yen integer not null,
  bcl_yen integer not null,
  primary key (transaction_id),
  constraint booked_channel check (channel in ('store', 'hall', 'counter')),
  constraint booked_amounts check (fee_yen >= 0 and printing_yen >= 0 and commission_yen >= 0 and bcl_yen >= 0)
);
comment on table billing.booked is '計上: a printed transaction in the month it is settled in. Every figure of a statement is a sum over these rows.';
comment on column billing.booked.month is 'Month of the closing; printed_at lies in it, or before it when the transaction was known late';
comment on column billing.booked.store_id is 'Where the machine stood at the closing; null = a machine without a store';
comment on column billing.booked.test is '実店舗試験: marked, and settled like any other (BCLのご案内: サービス開始後と同様の精算)';
comment on column billing.booked.fee_yen is 'Per copy, as the other amounts: 手数料 of the town';
comment on column billing.booked.printing_yen is '印刷代 the machine took for a free 罹災・被災証明書';
comment on column billing.booked.commission_yen is '委託手数料 by the tariff of the day it was printed; printing_yen is a part of it';
comment on column billing.booked.bcl_yen is 'BCL証明発行機能利用料, asked for after the year''s end';
grant select, insert on billing.booked to app;
create index booked_town on billing.booked (month, municipality_code, printed_at);
create index booked_operator on billing.booked (month, operator_id, printed_at);

create table billing.monthly_count (
  month char(7) not null,
  municipality_code char(6) not null,
  kind text not null,
  operator_id text not null,
  channel text not null,
  test boolean not null,
  office_hours boolean not null,
  own_town boolean not null,
  copies integer not null,
  primary key (month, municipality_code, kind, operator_id, channel, test, office_hours, own_town)
);
comment on table billing.monthly_count is '統計: copies of a closed month, counted at its closing from billing.booked';
comment on column billing.monthly_count.operator_id is 'Empty = a machine without a store';
comment on column billing.monthly_count.own_town is 'Taken at a machine that stands in the town that issued it';
grant select, insert on billing.monthly_count to app;

create table billing.population (
  municipality_code char(6) not null,
  on_date date not null,
  recorded_at timestamptz not null,
  people integer not null,
  source text not null,
  recorded_by text not null,
  primary key (municipality_code, on_date, recorded_at),
  constraint population_people check (people between 0 and 10000000)
);
comment on table billing.population is '住民基本台帳人口 of a day; the row recorded last rules';
grant select, insert on billing.population to app;

create table billing.contract (
  contract_id uuid not null,
  municipality_code char(6) not null,
  service text not null,
  from_month char(7) not null,
  until_month char(7),
  recorded_at timestamptz not null,
  recorded_by text not null,
  replaces uuid,
  primary key (contract_id),
  constraint contract_service check (service in ('support', 'issuing-bcl', 'issuing-own')),
  constraint contract_replaced_once unique (replaces),
  constraint contract_months check (from_month ~ '^20[0-9]{2}-(0[1-9]|1[0-2])$' and (until_month is null or until_month >= from_month))
);
comment on table billing.contract is '契約: which service a town uses from which month to which. support = クラウド型被災者支援システム, issuing-bcl and issuing-own = コンビニ交付 of 住・印・税 through BCL or from a server of its own.';
comment on column billing.contract.replaces is 'The row this one stands in the place of (an end that was set, a mistake); a replaced row no longer counts';
grant select, insert on billing.contract to app;
create index contract_town on billing.contract (municipality_code);

create table billing.prefecture_finding (
  prefecture text not null,
  fiscal_year smallint not null,
  share text not null,
  recorded_at timestamptz not null,
  recorded_by text not null,
  primary key (prefecture, fiscal_year, share),
  constraint prefecture_share check (share in ('half', 'three-quarters'))
);
comment on table billing.prefecture_finding is '措置2: in that fiscal year so many of the prefecture''s municipalities were found to use クラウド型被災者支援システム';
grant select, insert on billing.prefecture_finding to app;

create table billing.yearly (
  fiscal_year smallint not null,
  municipality_code char(6) not null,
  item text not null,
  amount_yen bigint not null,
  facts jsonb not null,
  settled_at timestamptz not null,
  settled_by text not null,
  primary key (fiscal_year, municipality_code, item),
  constraint yearly_item check (item in ('bcl', 'usage', 'operating'))
);
comment on table billing.yearly is '年度の精算: what a town is asked for once a year. bcl and usage are asked for in the following fiscal year.';
comment on column billing.yearly.facts is 'Every number the amount was made of: head count and its day, measure, months, yearly amount, copies';
grant select, insert on billing.yearly to app;

--! constraints
alter table billing.booked add constraint booked_in_closing foreign key (month) references billing.closing (month);
alter table billing.monthly_count add constraint count_of_closing foreign key (month) references billing.closing (month);
alter table billing.contract add constraint contract_replaces foreign key (replaces) references billing.contract (contract_id);
