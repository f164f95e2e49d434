import type { ResidentNo } from '@open-bcl/core/brand.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { revealMany } from '../access/guarded.ts'
import type { BatchSource } from '../certificates/batch.ts'
import { MAX_COPIES } from '../certificates/certificates.ts'
import { getDisaster } from '../disasters/disasters.actions.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import { currentSeq, findResident } from '../residents/residents.actions.ts'
import { addressLine } from '../residents/residents.ts'
import { inPostingOrder } from './posting.ts'
import * as store from './posting.store.ts'

/** Applications that are opened at once. */
const AT_ONCE = 500

/** 罹災証明書の一括印刷: those of a disaster, posted to the applicants. */
export const risaiBatchSource: BatchSource<Ctx> = {
  kind: 'risai',
  async candidates(ctx, scopeId) {
    const { disasterId } = await getDisaster(ctx, scopeId as DisasterId)
    return await store.listInForce(ctx.tx, disasterId)
  },
  async inOrder(ctx, subjectIds) {
    const found: { subjectId: string; copies: number; address: string }[] = []
    for (let at = 0; at < subjectIds.length; at += AT_ONCE) {
      const posted = await store.listPosted(ctx.tx, await ctx.keys(), subjectIds.slice(at, at + AT_ONCE))
      const words = await revealMany(
        ctx,
        posted.map((one) => one.words),
        'certificate',
      )
      for (const [i, { form }] of words.entries()) {
        const { certificateId } = posted[i]!
        const copies = Math.min(form.copies, MAX_COPIES)
        found.push({ subjectId: certificateId, copies, address: form.applicant.address })
      }
    }
    // The database answers in no order: two letters to one address lie as their certificates do.
    const asMade = found.toSorted((a, b) => (a.subjectId < b.subjectId ? -1 : 1))
    return inPostingOrder(asMade, ({ address }) => address).map(({ subjectId, copies }) => ({
      subjectId,
      copies,
    }))
  },
  async addressees(ctx, subjectIds) {
    const posted = (await store.listPosted(ctx.tx, await ctx.keys(), subjectIds)).filter(
      ({ suppressed }) => !suppressed,
    )
    const words = await revealMany(
      ctx,
      posted.map((one) => one.words),
      'certificate',
    )
    const codes = await postCodesOf(
      ctx,
      posted.flatMap(({ residentNo }) => (residentNo === null ? [] : [residentNo])),
    )
    return new Map(
      words.map(({ form }, i) => {
        const { certificateId, residentNo, serialNo } = posted[i]!
        const { address, name } = form.applicant
        const known = residentNo === null ? undefined : codes.get(residentNo)
        // The register's code is of the register's address: the letter may go elsewhere.
        const postCode = known?.address === address ? known.postCode : null
        return [certificateId, { postCode, address, name, serialNo }]
      }),
    )
  },
  async references(ctx, subjectIds) {
    const found = await store.listReferences(ctx.tx, subjectIds)
    return new Map(
      found.map(({ certificateId, serialNo, applicationId }) => [
        certificateId,
        { label: serialNo, page: `/risai/applications/${applicationId}` },
      ]),
    )
  },
}

/** 郵便番号 of residents, with the address that it is of. */
export async function postCodesOf(
  ctx: Ctx,
  residentNos: readonly ResidentNo[],
): Promise<ReadonlyMap<ResidentNo, { readonly address: string; readonly postCode: string }>> {
  const seq = await currentSeq(ctx)
  const people = []
  for (const residentNo of new Set(residentNos)) {
    const person = await findResident(ctx, residentNo, { seq })
    if (person) people.push(person)
  }
  const known = await revealMany(ctx, people, 'certificate')
  return new Map(
    known
      .filter(({ address }) => /^\d{7}$/.test(address.postCode))
      .map(({ residentNo, address }) => [
        residentNo,
        { address: addressLine(address), postCode: address.postCode },
      ]),
  )
}
