import { hash } from 'node:crypto'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { fileInterfaces } from '../../interfaces/interfaces.columns.ts'
import { canonicalRow, versionedRow } from '../../interfaces/interfaces.fields.ts'
import type { CheckedRow, IntakeCounts } from '../../interfaces/interfaces.intake.ts'
import { isFirstLoad, nextSeq, openComparison, openFirstLoad } from '../intake.actions.ts'
import { writeResidentRow } from '../residents.fields.ts'
import { rowKey } from '../residents.store.ts'
import type { ResidentRecord } from '../residents.ts'
import type { AppliedChange } from '../versions.ts'

export type LoadedRow = {
  readonly record: ResidentRecord
  readonly latest?: boolean
  readonly deleted?: boolean
}

/** Takes people in as the link does, without a file; on a transaction of the role `linkage`. */
export async function loadResidents(
  ctx: Ctx,
  mode: 'full' | 'delta',
  rows: readonly LoadedRow[],
  change: AppliedChange = { business: null, fileNo: null, origin: 'link' },
): Promise<{ seq: bigint; counts: IntakeCounts }> {
  const seq = await nextSeq(ctx, change)
  const checked = rows.map((row, i) => checkedRow(ctx, row, i + 2))
  const of = { mode, seq, origin: change.origin }
  if (await isFirstLoad(ctx)) {
    const load = await openFirstLoad(ctx, of)
    await load.write(checked)
    await load.close()
    return { seq, counts: await load.apply() }
  }
  const comparison = await openComparison(ctx, of)
  await comparison.compare(checked)
  for await (const repeats of comparison.repeats())
    throw new Error(`line ${repeats[0]!.line} stands there twice`)
  await comparison.findChanges()
  const changed = new Set<number>()
  for await (const lines of comparison.changedLines()) for (const line of lines) changed.add(line)
  await comparison.write(checked.filter(({ line }) => changed.has(line)))
  return { seq, counts: await comparison.apply() }
}

function checkedRow(
  { municipality }: Ctx,
  { record, latest = true, deleted = false }: LoadedRow,
  line: number,
): CheckedRow {
  const file = fileInterfaces.residents
  const operated = { operatorId: 'test', operatedOn: '2026-11-21' as PlainDate, operatedTime: '02:00:00' }
  const fields = writeResidentRow(municipality, record, { latest, deleted, ...operated })
  const canonical = canonicalRow(file, fields)
  return {
    line,
    fields,
    rowKey: rowKey(record),
    residentNo: record.residentNo,
    latest,
    deleted,
    payload: Buffer.from(versionedRow(file, canonical)),
    digest: hash('sha256', canonical, 'buffer'),
  }
}
