import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import pg from 'pg'
import { migrationsOf } from '@open-bcl/modules/schema.ts'
import { testDatabase } from '@open-bcl/platform/testing/database.ts'
import { sealedTablesOfCloud } from './compose.ts'

/** Bytes that no key of the town makes or opens. */
const notSealed = new Map([
  ['access.audit_chain.hash', 'a link of the chain'],
  ['access.audit_head.hash', 'a link of the chain'],
  ['access.audit_head.signature', 'public'],
  ['access.audit_key.public_key', 'public'],
  ['access.audit_link.hash', 'SHA-256 of acts, which are clear'],
  ['access.audit_stamp.nonce', 'random'],
  ['access.audit_stamp.token', 'public words about a digest'],
  ['access.audit_tombstone.hash', 'a link of the chain'],
  ['access.passkey.public_key', 'public'],
  ['access.recovery.code_hash', 'SHA-256 of a random code'],
  ['access.recovery_code.code_hash', 'SHA-256 of a random code'],
  ['access.session.device_hash', 'SHA-256 of a random token'],
  ['access.session.token_hash', 'SHA-256 of a random token'],
  ['access.sign_in.login_hmac', 'only counts failures; a new key begins a new count'],
  ['access.terminal.token_hash', 'SHA-256 of a random token'],
  ['app.sealing_key.wrapped', 'the keys themselves, wrapped by the master key'],
  ['break_glass.access_grant.code_sha', 'SHA-256 of a random code'],
  ['certificates.exchange_session.card_hmac', 'lives for minutes, and is compared under every key'],
  ['certificates.exchange_session.session_hash', 'SHA-256 of a random id'],
  ['certificates.paper_key.certificate', 'public'],
  ['certificates.paper_key.public_key', 'public'],
  ['linkage.enrolment_code.code_hash', 'SHA-256 of a random code'],
  ['evacuees.outgoing.bytes', 'sealed to the key of another town'],
  ['evacuees.post.bytes', 'sealed to the town’s key for letters, which is itself sealed (evacuees.town_key)'],
  ['field.item.envelope', 'sealed to the key of phones, which is itself sealed (field.town_key)'],
  ['field.pass.code_sha', 'SHA-256 of a random code'],
  ['field.pass.send_token_sha', 'SHA-256 of a random token'],
  ['field.pass.token_sha', 'SHA-256 of a random token'],
  ['relief.pass.code_sha', 'SHA-256 of a random code'],
])

describe('the list of what is sealed', () => {
  test('names every sealed column, token and digest of the catalogue, and the role may change exactly these', async () => {
    const database = await testDatabase('cloud', migrationsOf('cloud'))
    const client = new pg.Client({ connectionString: database.urls.admin })
    await client.connect()
    try {
      const { rows } = await client.query<{ name: string; rekeyer: boolean; app: boolean }>(
        `select n.nspname || '.' || c.relname || '.' || a.attname as name,
                has_column_privilege('rekeyer', c.oid, a.attnum, 'update') as rekeyer,
                has_column_privilege('app', c.oid, a.attnum, 'update') as app
           from pg_class c join pg_namespace n on n.oid = c.relnamespace
           join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
          where c.relkind in ('r', 'p') and not c.relispartition
            and format_type(a.atttypid, a.atttypmod) in ('bytea', 'bigint[]')
            and exists (select 1 from pg_attribute t where t.attrelid = c.oid and t.attname = 'municipality_code')
            and n.nspname not in ('pg_catalog', 'information_schema')`,
      )
      const listed = sealedTablesOfCloud.flatMap(({ table, columns, digest, tokens, forgets = [] }) =>
        [...Object.keys(columns), digest?.column, tokens?.column, ...forgets].flatMap((column) =>
          column === undefined ? [] : [`${table}.${column}`],
        ),
      )
      const found = rows.map(({ name }) => name).filter((name) => !notSealed.has(name))
      assert.deepEqual(
        listed.toSorted(),
        found.toSorted(),
        'a sealed column that is not listed is lost when the town’s key is changed: add it to the module’s x.sealed.ts and grant it to rekeyer',
      )
      for (const { name, rekeyer } of rows)
        assert.equal(rekeyer, listed.includes(name) || name === 'app.sealing_key.wrapped', name)
      assert.equal(rows.find(({ name }) => name === 'residents.version.sealed')?.app, false)
    } finally {
      await client.end()
      await database.close()
    }
  })
})
