import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { readConfig } from '@open-bcl/platform/config.ts'
import { CenterConfig } from './config.ts'

const folder = mkdtempSync(join(tmpdir(), 'open-bcl-config-'))
const database = join(folder, 'database.url')
writeFileSync(database, 'postgres://app@localhost/bcl_center')
const keys = join(folder, 'backpage.key')
writeFileSync(keys, 'ab'.repeat(32))
after(() => rmSync(folder, { recursive: true }))

const env = {
  OPEN_BCL_CENTER_DATABASE_FILE: database,
  OPEN_BCL_BACKPAGE_KEYS_FILE: keys,
  OPEN_BCL_PKI_FOLDER: folder,
  OPEN_BCL_JPKI_TRUST: folder,
  OPEN_BCL_JPKI_OCSP_URL: 'http://ocsp.example',
}
const policies = (text: string, production: boolean): readonly string[] =>
  readConfig('center', CenterConfig, {
    ...env,
    OPEN_BCL_JPKI_POLICIES: text,
    OPEN_BCL_PRODUCTION: String(production),
  }).jpki.policies

test('in production no certificate of the test arc is accepted, nor any policy that is not JPKI’s', () => {
  const card = '1.2.392.200149.8.5.1.3.30'
  assert.deepEqual(policies(card, true), [card])
  assert.deepEqual(policies(`${card}, 1.2.392.200149.8.5.1.3.99`, true), [card, '1.2.392.200149.8.5.1.3.99'])
  for (const wrong of ['1.2.392.200149.8.5.1.0.30', '2.5.29.32.0', '1.2.392.200149.8.5.1', 'any'])
    for (const text of [wrong, `${card},${wrong}`])
      assert.throws(() => policies(text, true), /OPEN_BCL_JPKI_POLICIES/, text)
  assert.deepEqual(policies('1.2.392.200149.8.5.1.0.30', false), ['1.2.392.200149.8.5.1.0.30'])
})

test('in production whom to trust is not asked of the network', () => {
  const from = (source: string, production: boolean) =>
    readConfig('center', CenterConfig, {
      ...env,
      OPEN_BCL_JPKI_TRUST: source,
      OPEN_BCL_PRODUCTION: String(production),
    }).jpki.trust
  assert.equal(from('http://localhost:8090/ca', false), 'http://localhost:8090/ca')
  assert.throws(() => from('http://localhost:8090/ca', true), /OPEN_BCL_JPKI_TRUST/)
  assert.equal(from(folder, true), folder)
})
