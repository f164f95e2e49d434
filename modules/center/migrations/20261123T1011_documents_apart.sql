-- The same bytes for two transactions are found before they leave.
create index transaction_state_document on center.transaction_state (pdf_sha256) where pdf_sha256 is not null;
