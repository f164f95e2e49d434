import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { migrationsOf } from '@open-bcl/modules/schema.ts'
import { openPool } from './db/pool.ts'
import { inScope } from './db/tx.ts'
import { Keyring, type Keys } from './seal.ts'
import { testDatabase, type TestDatabase } from './testing/database.ts'

describe('sealing of personal data', () => {
  let database: TestDatabase
  let hida: Keys
  let takayama: Keys
  const master = randomBytes(32)
  const keysOf = (code: string, keyring: Keyring): Promise<Keys> =>
    inScope(database.app, code as MunicipalityCode, async (tx) => {
      await keyring.create(tx, new Date())
      return await keyring.of(tx)
    })
  before(async () => {
    database = await testDatabase('cloud', migrationsOf('cloud'))
    const keyring = new Keyring(master)
    hida = await keysOf('212172', keyring)
    takayama = await keysOf('212032', keyring)
  })
  after(() => database.close())

  test('a value opens in its own town, column and row, and nowhere else', () => {
    const sealed = hida.seal('ledger.entry.name', 'row-1', '髙﨑　𠮷子')
    assert.equal(hida.open('ledger.entry.name', 'row-1', sealed), '髙﨑　𠮷子')
    assert.throws(() => hida.open('ledger.entry.name', 'row-2', sealed))
    assert.throws(() => hida.open('ledger.entry.phone', 'row-1', sealed))
    assert.throws(() => takayama.open('ledger.entry.name', 'row-1', sealed))
    assert.ok(!sealed.includes(Buffer.from('髙')))
  })

  test('one flipped bit anywhere is noticed', () => {
    const sealed = hida.seal('p', 'r', 'x')
    for (let i = 0; i < sealed.length; i++) {
      const altered = Buffer.from(sealed)
      altered[i]! ^= 1
      assert.throws(() => hida.open('p', 'r', altered), `byte ${i}`)
    }
  })

  test('the same word has another token in another town and another field', () => {
    assert.equal(hida.token('name', '佐'), hida.token('name', '佐'))
    assert.notEqual(hida.token('name', '佐'), takayama.token('name', '佐'))
    assert.notEqual(hida.token('name', '佐'), hida.token('kana', '佐'))
  })

  test('a new process with the same master key opens what an older one sealed; another master key opens nothing', async () => {
    const sealed = hida.seal('p', 'r', '残る言葉')
    assert.equal((await keysOf('212172', new Keyring(master))).open('p', 'r', sealed), '残る言葉')
    await assert.rejects(keysOf('212172', new Keyring(randomBytes(32))))
  })

  test('keys made by a transaction that was rolled back seal nothing afterwards', async () => {
    const gifu = '212016' as MunicipalityCode
    const keyring = new Keyring(master)
    const abandoned = inScope(database.app, gifu, async (tx) => {
      await keyring.create(tx, new Date())
      await keyring.of(tx)
      throw new Error('onboarding failed')
    })
    await assert.rejects(abandoned, /onboarding failed/)
    const sealed = (await keysOf(gifu, keyring)).seal('p', 'r', '残る言葉')
    assert.equal((await keysOf(gifu, new Keyring(master))).open('p', 'r', sealed), '残る言葉')
  })

  test('a town whose keys are destroyed opens nothing more, even in a process that knew them', async () => {
    const code = '212024' as MunicipalityCode
    const keyring = new Keyring(master)
    const sealed = (await keysOf(code, keyring)).seal('p', 'r', '残らない言葉')
    await asOwner(code, `update app.sealing_key set state = 'destroyed', wrapped = ''`)
    await assert.rejects(
      inScope(database.app, code, (tx) => keyring.of(tx)),
      /no sealing key/,
    )
    // Nobody makes new keys under the old number, which would look as if the data were still there.
    await assert.rejects(keysOf(code, new Keyring(master)), /no sealing key/)
    assert.ok(sealed.length > 0)
  })

  test('the master key is changed by wrapping again: with both at first, and then with the new one alone', async () => {
    const code = '212041' as MunicipalityCode
    const next = randomBytes(32)
    const running = new Keyring([master, next])
    const sealed = (await keysOf(code, running)).seal('p', 'r', '残る言葉')
    const rekeyer = openPool('test rekeyer', database.urls.rekeyer, { max: 1 })
    try {
      assert.equal(await inScope(rekeyer, code, (tx) => new Keyring([next, master]).rewrap(tx)), 1)
      assert.equal(await inScope(rekeyer, code, (tx) => new Keyring([next, master]).rewrap(tx)), 0)
    } finally {
      await rekeyer.end()
    }
    // One that still has the old one first goes on; the new one alone is enough; the old one alone is not.
    assert.equal((await keysOf(code, running)).open('p', 'r', sealed), '残る言葉')
    assert.equal((await keysOf(code, new Keyring(next))).open('p', 'r', sealed), '残る言葉')
    await assert.rejects(keysOf(code, new Keyring(master)), /no master key opens/)
  })

  async function asOwner(code: MunicipalityCode, sql: string): Promise<void> {
    const owner = openPool('test migrator', database.urls.migrator, { max: 1 })
    try {
      await inScope(owner, code, (tx) => tx.sql(sql))
    } finally {
      await owner.end()
    }
  }

  test('nonces never repeat', () => {
    const nonces = new Set(
      Array.from({ length: 5_000 }, () => hida.seal('p', 'r', 'x').subarray(3, 15).toString('hex')),
    )
    assert.equal(nonces.size, 5_000)
  })
})
