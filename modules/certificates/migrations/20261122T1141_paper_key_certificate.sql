alter table certificates.paper_key add column certificate bytea;
comment on column certificates.paper_key.certificate is 'X.509 of the public key, DER, signed by itself; made when the first document is signed. The published key is what is believed, the certificate only carries it';
grant update (certificate) on certificates.paper_key to app;
