import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode, ResidentNo } from '@open-bcl/core/brand.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { nextSeq } from '../residents/intake.actions.ts'
import { openCardSerialIntake } from './intake.actions.ts'
import type { CardIdentity } from './registers.ts'
import { findCardHolder } from './registers.actions.ts'
import { checkedRow, sampleRow } from './testing/rows.ts'

const hida = '212172' as MunicipalityCode
const takayama = '212032' as MunicipalityCode
/** Two generations of JPKI's authority, whose serial numbers repeat. */
const old = 'a1'.repeat(20)
const present = 'b2'.repeat(20)
const taro = '501' as ResidentNo
const hanako = '502' as ResidentNo

describe('whose certificate it is', () => {
  let cloud: TestCloud
  before(async () => {
    cloud = await testCloud()
    await cloud.onboard(hida, '飛騨市')
    await cloud.onboard(takayama, '高山市')
  })
  after(() => cloud.close())

  async function send(
    rows: readonly Readonly<Record<string, string>>[],
    origin: 'link' | 'hand' = 'link',
  ): Promise<void> {
    await withCtx(
      { ...cloud.runtime, pool: cloud.database.linkage },
      { actor: { kind: 'machine', name: 'link' }, municipality: hida, traceId: 'test' },
      async (ctx) => {
        const intake = await openCardSerialIntake(ctx, { business: 'card-serials', mode: 'delta', origin })
        await intake.write(
          rows.map((items, i) => checkedRow('card-serials', sampleRow('card-serials', items), i + 2)),
        )
        for await (const repeats of intake.finish()) assert.deepEqual(repeats, [])
        await intake.apply(await nextSeq(ctx))
      },
    )
  }
  const card = (residentNo: ResidentNo, issuerSki: string, serial: string, more = {}) => ({
    宛名番号: residentNo,
    発行者鍵識別子: issuerSki,
    シリアル番号: serial,
    種別: 'card',
    有効開始年月日: '2024-04-01',
    有効終了年月日: '2029-04-01',
    失効年月日: '',
    ...more,
  })
  const holder = (issuerSki: string, serial: string, town = hida) =>
    cloud.as(town, (ctx) => findCardHolder(ctx, { issuerSki, serial } satisfies CardIdentity))

  test('one serial number of two generations is two people', async () => {
    await send([card(taro, old, '100'), card(hanako, present, '100')])
    assert.equal(await holder(old, '100'), taro)
    assert.equal(await holder(present, '100'), hanako)
    assert.equal(await holder('c3'.repeat(20), '100'), null)
  })

  test('a telephone is a second serial number of the same person; losing one leaves the other', async () => {
    await send([card(taro, present, '200'), card(taro, present, '201', { 種別: 'smartphone' })])
    assert.deepEqual([await holder(present, '200'), await holder(present, '201')], [taro, taro])
    await send([card(taro, present, '200', { 失効年月日: '2026-11-01' })])
    assert.deepEqual([await holder(present, '200'), await holder(present, '201')], [null, taro])
  })

  test('after a renewal the old number stays known until the town says that it is revoked', async () => {
    await send([card(hanako, present, '300')])
    await send([card(hanako, present, '301', { 有効開始年月日: '2026-11-20', 有効終了年月日: '2031-04-01' })])
    assert.deepEqual([await holder(present, '300'), await holder(present, '301')], [hanako, hanako])
    await send([card(hanako, present, '300', { 失効年月日: '2026-11-20' })])
    assert.deepEqual([await holder(present, '300'), await holder(present, '301')], [null, hanako])
  })

  test('a card renewed this morning is not guessed: it is unknown until the town sends it', async () => {
    assert.equal(await holder(present, '302'), null)
  })

  test('a number that comes again for another person is that person’s, and nobody else’s', async () => {
    await send([card(taro, present, '400')])
    await send([card(hanako, present, '400')])
    assert.equal(await holder(present, '400'), hanako)
  })

  test('what staff put in by hand opens nobody’s papers', async () => {
    await send([card(taro, present, '500')], 'hand')
    assert.equal(await holder(present, '500'), null)
    await send([card(taro, present, '500')])
    assert.equal(await holder(present, '500'), taro)
  })

  test('another town does not know it', async () => {
    assert.equal(await holder(present, '100', takayama), null)
  })
})
