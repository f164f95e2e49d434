import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { insertAlarm } from '@open-bcl/modules/certificates/stops.store.ts'
import type { TestCloud } from './town.ts'

/** The alarm that lies open in a walked town: until somebody acknowledges it nothing is issued there. */
export const OPEN_ALARM = '01934b5e-7c00-7000-8000-00000000a1a2'

/** Lays it, about a paper of whom the caller says. */
export async function layAlarm(
  cloud: TestCloud,
  code: MunicipalityCode,
  about?: Parameters<typeof insertAlarm>[3]['about'],
): Promise<void> {
  await cloud.as(code, async (ctx) =>
    insertAlarm(
      ctx.tx,
      await ctx.keys(),
      {
        alarmId: OPEN_ALARM,
        at: cloud.clock,
        transactionId: 'f'.repeat(32),
        stage: 'build',
        finding: 'words',
        build: 'test',
        mismatches: [],
      },
      { pdfBase64: '', words: [], snapshot: {}, ...(about && { about }) },
    ),
  )
}
