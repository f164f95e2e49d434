import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { getDisaster } from '../disasters/disasters.actions.ts'
import { getMunicipality } from '../municipalities/municipalities.actions.ts'
import { requestMail } from '../notices/notices.actions.ts'
import { requestLetter } from './letters.actions.ts'
import type { NoticeAbout, NoticeWords } from './notice-words.ts'
import * as store from './risai.store.ts'
import type { NoticeKind } from './risai.ts'

/**
 * Tells the applicant as they wished: by mail at once, or by a letter that waits for its batch. Who asked for mail and gave
 * no address is told nothing, as before; of a protected person's contacts the mail address alone is used.
 * @param told for the letter only, which the applicant alone opens: the reason, in the clerk's words
 */
export async function notify(
  ctx: Ctx,
  head: store.ApplicationHead,
  kind: NoticeKind,
  words: (about: NoticeAbout) => NoticeWords,
  told: string | null = null,
): Promise<void> {
  const form = await store.storedForm(ctx.tx, await ctx.keys(), head.applicationId, head.formNo)
  const { email } = form.applicant
  const way = form.noticeBy
  if (way === 'none' || (way === 'email' && email === '')) return
  const { name: townName } = await getMunicipality(ctx)
  const { name: disasterName } = await getDisaster(ctx, head.disasterId)
  const about: NoticeAbout = { townName, disasterName, serialNo: head.serialNo }
  if (way === 'letter') {
    await requestLetter(ctx, head, kind, words(about), told)
    return
  }
  const { subject, text } = words(about)
  await requestMail(ctx, { kind, subjectId: head.applicationId, to: email, subject, text })
}
