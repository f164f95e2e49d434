import { withCtx } from '@open-bcl/platform/runtime.ts'
import type { TestCloud } from '../../../apps/cloud/testing/town.ts'
import { loadEntries, sampleRow } from '../../registers/testing/rows.ts'
import { hida } from '../../risai/testing/desk.ts'
import { dwellingsJobs } from '../dwellings.jobs.ts'

/** 町字ID of 古川町壱之町, as the rows below have it. */
export const TEST_BLOCK = '0000001'

/** One row of 家屋課税台帳: a wooden dwelling in 古川町壱之町. */
export function houseRow(propertyNo: string, over: Record<string, string>): string[] {
  return sampleRow('houses', {
    ...{ 物件番号: propertyNo, 所有者_枝番: '1', 履歴番号: '1', 家屋状態: '1', 滅失年月日: '' },
    ...{
      所有区分: '1',
      共有持分_分子: '',
      共有持分_分母: '',
      所在地_町字コード: TEST_BLOCK,
      所在地_地番: '',
      所在地_方書: '',
    },
    ...{
      所在地_町字: '古川町壱之町',
      用途: '01',
      構造: '1',
      地上階数: '2',
      緯度: '',
      経度: '',
      所有者_氏名: '',
    },
    ...over,
  })
}

export async function loadHouses(cloud: TestCloud, rows: string[][]): Promise<void> {
  await withCtx(
    { ...cloud.runtime, pool: cloud.database.linkage },
    { actor: { kind: 'machine', name: 'link' }, municipality: hida, traceId: 'test' },
    (ctx) => loadEntries(ctx, 'houses', rows),
  )
}

/** What the queue would do; a job that comes twice does its work once. */
export async function runDwellings(cloud: TestCloud): Promise<void> {
  const runs = await cloud.as(hida, (ctx) =>
    ctx.tx.sql<{ id: string }>(
      `select run_id as id from dwellings.run where municipality_code = $1 and state = 'waiting'`,
      [hida],
    ),
  )
  for (const { id } of runs)
    for (const job of dwellingsJobs) {
      await cloud.as(hida, (ctx) => job.run(ctx, { runId: id }))
      await cloud.as(hida, (ctx) => job.run(ctx, { runId: id }))
    }
}
