import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { inScope } from '@open-bcl/platform/db/tx.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { listLinkDays } from './days.contract.ts'
import { linkReceipt } from './linkage.receipt.ts'
import { insertFile } from './linkage.store.ts'

const hida = '212172' as MunicipalityCode
const takayama = '212032' as MunicipalityCode

describe('the days of a link', () => {
  let cloud: TestCloud
  before(async () => {
    cloud = await testCloud()
    await cloud.onboard(hida, '飛騨市')
    await cloud.onboard(takayama, '高山市')
    await arrived(hida, '2026-11-20T15:30:00Z', 1, 'applied', 100)
    await arrived(hida, '2026-11-20T14:30:00Z', 2, 'applied', 40)
    await arrived(hida, '2026-11-20T14:40:00Z', 3, 'refused', 7)
    await arrived(hida, '2026-10-22T14:59:00Z', 4, 'applied', 1000)
  })
  after(() => cloud.close())

  const arrived = (
    town: MunicipalityCode,
    at: string,
    fileNo: number,
    state: 'applied' | 'refused',
    rows: number,
  ) =>
    inScope(cloud.database.linkage, town, (tx) =>
      insertFile(
        tx,
        linkReceipt.parse({
          fileId: uuidv7(),
          business: 'residents',
          fileNo,
          mode: 'delta',
          sha256: '0'.repeat(64),
          state,
          seq: state === 'applied' ? String(fileNo) : null,
          counts: { rows, inserted: rows, updated: 0, deleted: 0, unchanged: 0, refused: 0 },
          errors: [],
          moreErrors: false,
          notes: [],
          receivedAt: at,
        }),
        'agent',
        new Date(at),
      ),
    )

  test('are those of Japan, thirty of them, with those on which nothing came', async () => {
    const viewer = await cloud.signIn(hida, 'clerk')
    const { days } = await viewer.get(listLinkDays, {})
    assert.equal(days.length, 30)
    assert.deepEqual(days[0], { on: '2026-10-23', files: 0, refused: 0, rows: 0 })
    assert.deepEqual(days.slice(-2), [
      { on: '2026-11-20', files: 1, refused: 1, rows: 40 },
      { on: '2026-11-21', files: 1, refused: 0, rows: 100 },
    ])
    const neighbour = await cloud.signIn(takayama, 'clerk')
    assert.ok((await neighbour.get(listLinkDays, {})).days.every(({ files }) => files === 0))
  })
})
