import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { listNotices } from '../notices/notices.actions.ts'
import type * as contract from './bulk.contract.ts'
import { acceptApplication } from './decisions.actions.ts'
import { proofsMissing } from './entitlement.ts'
import { lettersAbout, leaveOutLetters } from './letters.actions.ts'
import * as joining from './joining.store.ts'
import { moveOn, tell } from './risai.actions.ts'
import { risaiEvents } from './risai.messages.ts'
import * as store from './risai.store.ts'
import { applicationStates, canDo, type ApplicationState } from './risai.ts'
import { endSurveys, surveysOf } from './surveying.actions.ts'

type Item = InputOf<typeof contract.acceptApplications>['items'][number]
type Judged = OutputOf<typeof contract.acceptApplications>['judged'][number]

const others: readonly ApplicationState[] = ['received', 'accepted', 'graded', 'issuable', 'not-issuable']

export async function previewAcceptance(
  ctx: Ctx,
  input: InputOf<typeof contract.previewAcceptance>,
): Promise<OutputOf<typeof contract.previewAcceptance>> {
  return { judged: await judgeAll(ctx, input.items, hindranceToAccept) }
}

export async function acceptApplications(
  ctx: Ctx,
  input: InputOf<typeof contract.acceptApplications>,
): Promise<OutputOf<typeof contract.acceptApplications>> {
  return {
    judged: await judgeAll(ctx, input.items, async (own, head) => {
      const hindrance = await hindranceToAccept(own, head)
      if (hindrance !== null) return hindrance
      return await unlessFirst(async () => {
        await acceptApplication(own, { ...seen(head), waivedReason: '' })
      })
    }),
  }
}

export async function undoAcceptances(
  ctx: Ctx,
  input: InputOf<typeof contract.undoAcceptances>,
): Promise<OutputOf<typeof contract.undoAcceptances>> {
  return {
    judged: await judgeAll(ctx, input.items, async (own, head) => {
      const hindrance = await hindranceToUndo(own, head)
      if (hindrance !== null) return hindrance
      return await unlessFirst(async () => {
        const moved = await moveOn(own, seen(head), 'undoAccept', 'received')
        await endSurveys(own, head.applicationId, '受理の取消し')
        await leaveOutLetters(own, head.applicationId)
        await tell(own, moved, 'risai.accept-undone', risaiEvents.acceptUndone)
      })
    }),
  }
}

const seen = ({ applicationId, version }: store.ApplicationHead) => ({ applicationId, version })

/** Each item by itself: what is refused stands beside its reason, and the others go on. */
async function judgeAll(
  ctx: Ctx,
  items: readonly Item[],
  judge: (ctx: Ctx, head: store.ApplicationHead) => Promise<string | null>,
): Promise<Judged[]> {
  const judged: Judged[] = []
  for (const { applicationId, version } of items) {
    const head = await store.findHead(ctx.tx, applicationId)
    if (!head) {
      judged.push({ applicationId, serialNo: '', version, hindrance: 'その申請は見つかりません' })
      continue
    }
    const hindrance =
      head.version === version ? await judge(ctx, head) : '一覧を開いた後に、同僚が変更しました'
    const now = hindrance === null ? await store.findHead(ctx.tx, applicationId) : head
    judged.push({ applicationId, serialNo: head.serialNo, version: now!.version, hindrance })
  }
  return judged
}

/** A colleague who was first is one item's matter, not everybody's. Whatever else is refused ends the whole request. */
async function unlessFirst(work: () => Promise<void>): Promise<string | null> {
  try {
    await work()
    return null
  } catch (error) {
    if (error instanceof Problem && error.kind.status === 409) return error.kind.title
    throw error
  }
}

async function hindranceToAccept(ctx: Ctx, head: store.ApplicationHead): Promise<string | null> {
  if (!canDo('accept', head.state)) return stateWords(head.state)
  const keys = await ctx.keys()
  const form = await store.storedForm(ctx.tx, keys, head.applicationId, head.formNo)
  if (proofsMissing(form).length > 0) return '確かめていない書類があります'
  const similar = await joining.listSimilar(ctx.tx, keys, head, form, others)
  if (similar.some(({ samePerson, samePlace }) => samePerson || samePlace)) {
    return '同じ方または同じ住家の申請があります。併合するかどうかを先に確かめてください'
  }
  return null
}

async function hindranceToUndo(ctx: Ctx, head: store.ApplicationHead): Promise<string | null> {
  if (!canDo('undoAccept', head.state)) return stateWords(head.state)
  const mails = await listNotices(ctx, head.applicationId)
  if (mails.some(({ kind }) => kind === 'acceptance')) return '受理を申請者にメールで知らせています'
  const letters = await lettersAbout(ctx, head.applicationId)
  if (letters.some(({ batchId }) => batchId !== null)) return '受理の通知書を束にしています'
  const surveys = await surveysOf(ctx, head.applicationId)
  return surveys.some(({ state }) => state !== 'waiting' && state !== 'cancelled')
    ? '調査が始まっています'
    : null
}

function stateWords(state: ApplicationState): string {
  const label = applicationStates.find(({ value }) => value === state)?.label ?? state
  return `現在の状態：${label}`
}
