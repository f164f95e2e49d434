import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { revealMany } from '../access/guarded.ts'
import * as store from './forms.store.ts'
import type { ApplicationForm, ApplicationId } from './risai.ts'

export type ReadForm = Omit<store.FormVersion, 'words'> & {
  /** Somebody of it is protected: the form comes without any place. */
  readonly suppressed: boolean
  readonly form: ApplicationForm
}

/** Versions of forms opened for a module above, one audit row for all of them. */
export async function readForms(
  ctx: Ctx,
  wanted: readonly { readonly applicationId: ApplicationId; readonly formNo: number }[],
): Promise<ReadForm[]> {
  const versions = await store.listFormVersions(ctx.tx, await ctx.keys(), wanted)
  const opened = await revealMany(
    ctx,
    versions.map(({ words }) => words),
    'application',
  )
  return versions.map(({ words, ...version }, i) => ({
    ...version,
    suppressed: words.suppressed,
    form: opened[i]!.form,
  }))
}
