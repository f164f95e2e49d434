import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { reveal, revealMany } from '../access/guarded.ts'
import { arrangedPlaces } from '../ledger/item-names.actions.ts'
import type * as contract from './joining.contract.ts'
import * as joining from './joining.store.ts'
import { changed, getHead, moveOn, tell } from './risai.actions.ts'
import { risaiEvents, risaiProblems as problems } from './risai.messages.ts'
import * as store from './risai.store.ts'
import { applicationStates, type ApplicationForm, type ApplicationState } from './risai.ts'
import { endSurveys } from './surveying.actions.ts'

type Changed = OutputOf<typeof contract.joinApplication>

/** An application another may be joined to, or that may be of the same dwelling: it still goes on, or was decided. */
const living: readonly ApplicationState[] = applicationStates
  .map(({ value }) => value)
  .filter((state) => !['rejected', 'withdrawn', 'joined'].includes(state))

/** Applications that are perhaps the same one come twice, or of the same dwelling, with what differs. */
export async function findSimilar(
  ctx: Ctx,
  input: InputOf<typeof contract.findSimilar>,
): Promise<OutputOf<typeof contract.findSimilar>> {
  const keys = await ctx.keys()
  const found = await store.findApplication(ctx.tx, keys, input.applicationId)
  if (!found) throw new Problem(problems.notFound)
  const { form } = await reveal(ctx, found.words, 'view')
  const similar = await joining.listSimilar(ctx.tx, keys, found.head, form, living)
  const words = await revealMany(
    ctx,
    similar.map((one) => one.words),
    'view',
  )
  const shown = await arrangedPlaces(ctx, 'risai', compared)
  return {
    similar: similar.map(({ head, ...why }, i) => {
      const other = words[i]!.form
      const concealed = head.suppressed || found.head.suppressed
      return {
        applicationId: head.applicationId,
        serialNo: head.serialNo,
        state: head.state,
        channel: head.channel,
        appliedOn: head.appliedOn,
        applicantName: other.applicant.name,
        headName: other.head.name,
        dwellingAddress: head.suppressed ? null : other.dwellingAddress,
        suppressed: head.suppressed,
        samePerson: why.samePerson,
        sameHousehold: why.sameHousehold,
        samePlace: why.samePlace,
        differs: differences(shown, form, other, concealed),
      }
    }),
  }
}

const compared: readonly {
  readonly item?: string
  readonly label: string
  readonly of: (form: ApplicationForm) => unknown
  readonly isPlace?: true
}[] = [
  { label: '申請者', of: (form) => form.applicant.name.replace(/\s/gu, '') },
  { label: '世帯主', of: (form) => form.head.name.replace(/\s/gu, '') },
  {
    label: '世帯の構成員',
    of: (form) => form.members.map(({ name }) => name.replace(/\s/gu, '')).toSorted(),
  },
  {
    item: 'applicant.phone',
    label: '電話番号',
    of: (form) => form.applicant.phone.replace(/\D/g, ''),
    isPlace: true,
  },
  { label: '被災住家の所在地', of: (form) => form.dwellingAddress, isPlace: true },
  { label: '被害の状況', of: (form) => form.damageText, isPlace: true },
  { item: 'damagedParts', label: '損傷した部位', of: (form) => form.damagedParts.toSorted() },
  { item: 'floodDepthCm', label: '床上浸水深', of: (form) => form.floodDepthCm },
  { label: '調査の方法の希望', of: (form) => form.surveyWish },
  { label: '必要部数', of: (form) => form.copies },
]
type Compared = (typeof compared)[number] & { readonly name?: string }

/** Items in which two forms differ; of places and contacts nothing is said where somebody is protected. */
function differences(
  shown: readonly Compared[],
  one: ApplicationForm,
  other: ApplicationForm,
  concealed: boolean,
): string[] {
  return shown
    .filter(
      ({ of, isPlace }) => !(isPlace && concealed) && JSON.stringify(of(one)) !== JSON.stringify(of(other)),
    )
    .map(({ label, name }) => name ?? label)
}

/** 併合: the other application goes on; this one is kept as it came, and can be parted again. */
export async function joinApplication(
  ctx: Ctx,
  input: InputOf<typeof contract.joinApplication>,
): Promise<Changed> {
  const { applicationId, intoId, reason } = input
  await getHead(ctx, applicationId)
  const head = await moveOn(ctx, input, 'join', 'joined')
  const into = intoId === applicationId ? null : await joining.holdState(ctx.tx, intoId)
  if (!into || into.disasterId !== head.disasterId || !living.includes(into.state)) {
    throw new Problem(problems.notJoinable, [{ pointer: '/intoId', message: problems.notJoinable.title }])
  }
  await store.setJoinedTo(ctx.tx, applicationId, intoId)
  await store.setStateReason(ctx.tx, await ctx.keys(), applicationId, reason)
  await endSurveys(ctx, applicationId, '同じ申請への併合')
  await tell(ctx, head, 'risai.joined', risaiEvents.joined, { joinedTo: intoId }, reason)
  return changed(head)
}

/** Joined by mistake: the application is as it was received, to be looked at again. */
export async function partApplication(
  ctx: Ctx,
  input: InputOf<typeof contract.partApplication>,
): Promise<Changed> {
  await getHead(ctx, input.applicationId)
  const head = await moveOn(ctx, input, 'part', 'received')
  await store.setJoinedTo(ctx.tx, head.applicationId, null)
  await tell(ctx, head, 'risai.parted', risaiEvents.parted)
  return changed(head)
}
