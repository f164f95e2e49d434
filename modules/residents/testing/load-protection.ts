import type { PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { openSuppressionIntake } from '../../access/suppression.ts'
import { nextSeq } from '../intake.actions.ts'

/** Puts a person under 支援措置 as the link does; on a transaction of the role `linkage`. */
export async function loadProtection(ctx: Ctx, residentNo: string): Promise<void> {
  const intake = await openSuppressionIntake(ctx, 'delta', 'link')
  const record = {
    ...{ residentNo: residentNo as ResidentNo, historyNo: 1, categoryCode: '1' },
    ...{ startsOn: '2026-01-01' as PlainDate, endsOn: null, ended: false },
  }
  const payload = Buffer.from(`1.0\u001f${ctx.municipality}\u001f${residentNo}`)
  await intake.write([{ line: 2, rowKey: `${residentNo}|1`, latest: true, deleted: false, record, payload }])
  for await (const repeats of intake.finish()) throw new Error(`${repeats.length} rows stand there twice`)
  await intake.apply(await nextSeq(ctx))
}
