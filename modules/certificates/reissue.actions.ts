import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { getMunicipality } from '../municipalities/municipalities.actions.ts'
import { wasPrinted } from './certificates.store.ts'

/**
 * 再交付: the 整理番号 that a 罹災証明書 says it is issued again for, where the town has it said and a paper of the certificate was
 * handed out before. `null` = nothing is said: the same content, as often as it is asked for.
 */
export async function copyOf(
  ctx: Ctx,
  subjectId: string,
  serialNo: string,
  issuedOn: PlainDate,
): Promise<string | null> {
  const { issueOptions } = await getMunicipality(ctx, issuedOn)
  return issueOptions.risaiReissueMark && (await wasPrinted(ctx.tx, 'risai', subjectId)) ? serialNo : null
}
