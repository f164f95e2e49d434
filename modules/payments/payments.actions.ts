import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { audit } from '../access/audit.ts'
import { Guarded, reveal } from '../access/guarded.ts'
import { recordFact } from '../ledger/ledger.actions.ts'
import { getHead, rowsOf } from '../support/applications.actions.ts'
import { labelOf, rulesOf } from '../support/programmes.actions.ts'
import type { SupportId } from '../support/support.ts'
import * as claims from './claims.store.ts'
import type * as contract from './payments.contract.ts'
import { paymentsEvents, paymentsProblems as problems } from './payments.messages.ts'
import * as store from './payments.store.ts'
import { concealAccount, type AwardId, type PayeeAccount } from './payments.ts'
import { blocksOfDue } from './plan.actions.ts'
import { accountFaults, toZenginKana } from './zengin.ts'

export function told(ctx: Ctx): { at: Date; by: string; label: string } {
  return { at: ctx.now, by: actorName(ctx.actor), label: labelOf(ctx) }
}

export async function getRemitter(ctx: Ctx): Promise<OutputOf<typeof contract.getRemitter>> {
  const found = await store.findRemitter(ctx.tx)
  return { remitterVersion: found?.version ?? 0, remitter: found?.details ?? null }
}

export async function setRemitter(
  ctx: Ctx,
  { remitterVersion, remitter }: InputOf<typeof contract.setRemitter>,
): Promise<OutputOf<typeof contract.setRemitter>> {
  const faults = accountFaults({ ...remitter, holder: 'ア' }).map(({ field, message }) => ({
    pointer: `/remitter/${field}`,
    message,
  }))
  if (!/^\d{10}$/.test(remitter.code))
    faults.push({ pointer: '/remitter/code', message: '委託者コードは10桁の数字です' })
  const name = toZenginKana(remitter.name)
  if (name === null || name.length > 40)
    faults.push({ pointer: '/remitter/name', message: '依頼人名は半角カナ40文字以内です' })
  if (faults.length > 0) throw new Problem(problems.wrongAccount, faults)
  const version = remitterVersion + 1
  if (!(await store.insertRemitter(ctx.tx, version, remitter, told(ctx))))
    throw new Problem(platformProblems.changedByOther)
  await audit(ctx, paymentsEvents.remitterSet, { facts: { version } })
  return { remitterVersion: version }
}

/** Account and payments of one application. */
export async function getPayments(
  ctx: Ctx,
  { supportId }: InputOf<typeof contract.getPayments>,
): Promise<OutputOf<typeof contract.getPayments>> {
  const head = await getHead(ctx, supportId)
  const rules = await rulesOf(ctx, head.disasterId)
  const [row] = await rowsOf(ctx, rules, [{ ...head, amountYen: null }])
  const keys = await ctx.keys()
  const account = await store.findAccount(ctx.tx, keys, supportId)
  const shown =
    account === null
      ? null
      : await reveal(
          ctx,
          new Guarded<PayeeAccount>(
            { kind: 'ledger-entry', id: head.entryId },
            head.suppressed,
            account.value,
            concealAccount,
          ),
          'view',
        )
  const dues = await store.listDue(ctx.tx, keys, { disasterId: head.disasterId, supportId })
  const [due] = dues
  const dueOf = new Map<string, number>(dues.map(({ awardId, amountYen }) => [awardId, amountYen]))
  const found = due ? await blocksOfDue(ctx, head.disasterId, due) : []
  const payments = await claims.listAwardPayments(ctx.tx, { supportId, disasterId: null, awardId: null })
  return {
    supportId,
    programmeTitle: row!.programmeTitle,
    applicantName: row!.applicantName,
    suppressed: head.suppressed,
    accountVersion: account?.version ?? 0,
    account: shown,
    warnings: found.filter((block) => block === 'shared-account' || block === 'other-holder'),
    cleared: [...(due?.cleared ?? [])],
    payments: payments.map(({ awardId, kind, amountYen, itemYen, itemState, transferOn, repaidYen }) => ({
      awardId,
      kind,
      amountYen,
      itemYen,
      dueYen: dueOf.get(awardId) ?? 0,
      itemState,
      transferOn,
      repaidYen,
    })),
  }
}

export async function saveAccount(
  ctx: Ctx,
  { supportId, accountVersion, account }: InputOf<typeof contract.saveAccount>,
): Promise<OutputOf<typeof contract.saveAccount>> {
  const head = await getHead(ctx, supportId)
  const faults = accountFaults(account)
  if (faults.length > 0)
    throw new Problem(
      problems.wrongAccount,
      faults.map(({ field, message }) => ({ pointer: `/account/${field}`, message })),
    )
  const kana = (text: string): string => toZenginKana(text)!
  const { bankName, branchName, holder } = account
  const folded = { ...account, bankName: kana(bankName), branchName: kana(branchName), holder: kana(holder) }
  const version = accountVersion + 1
  if (!(await store.insertAccount(ctx.tx, await ctx.keys(), supportId, version, folded, told(ctx))))
    throw new Problem(platformProblems.changedByOther)
  const codes = { supportId, accountVersion: version }
  await recordFact(ctx, head.entryId, { kind: 'payments.account', codes, words: null })
  await audit(ctx, paymentsEvents.accountWritten, {
    subjects: [{ kind: 'ledger-entry', id: head.entryId }],
    facts: codes,
  })
  return { accountVersion: version }
}

/** Somebody who may approve payments looked into a warning. A new account begins anew. */
export async function clearWarning(
  ctx: Ctx,
  input: InputOf<typeof contract.clearWarning>,
): Promise<OutputOf<typeof contract.clearWarning>> {
  const { supportId, accountVersion, warning, reason } = input
  const head = await getHead(ctx, supportId)
  const clearance = { supportId, accountVersion, warning, reason }
  if (!(await store.insertClearance(ctx.tx, await ctx.keys(), clearance, told(ctx))))
    throw new Problem(platformProblems.changedByOther)
  await audit(ctx, paymentsEvents.warningCleared, {
    subjects: [{ kind: 'ledger-entry', id: head.entryId }],
    facts: { supportId, accountVersion, warning },
  })
  return { cleared: true }
}

export async function listClaimBacks(
  ctx: Ctx,
  { disasterId }: InputOf<typeof contract.listClaimBacks>,
): Promise<OutputOf<typeof contract.listClaimBacks>> {
  const rules = await rulesOf(ctx, disasterId)
  const found = await claims.listAwardPayments(ctx.tx, { supportId: null, disasterId, awardId: null })
  const heads = []
  for (const { supportId } of found) heads.push({ ...(await getHead(ctx, supportId)), amountYen: null })
  const rows = await rowsOf(ctx, rules, heads)
  const still = stillOwed(found, await claims.listClaimed(ctx.tx, { disasterId, supportId: null }))
  return {
    claimBacks: found.map((one, i) => ({
      awardId: one.awardId,
      supportId: one.supportId,
      programmeTitle: rows[i]!.programmeTitle,
      applicantName: rows[i]!.applicantName,
      amountYen: one.amountYen,
      repaidYen: one.repaidYen,
      stillYen: still.get(one.awardId) ?? 0,
      decidedAt: one.decidedAt.toISOString(),
    })),
  }
}

/** What still has to come back as money, by what is claimed back; the rest is taken off what is still to be paid. */
function stillOwed(
  found: readonly claims.AwardPayment[],
  claimed: ReadonlyMap<SupportId, claims.Claimed>,
): Map<AwardId, number> {
  const open = new Map(
    [...claimed].map(([supportId, { openYen, awaitingYen }]) => [supportId, openYen - awaitingYen]),
  )
  return new Map(
    found
      .filter(({ kind }) => kind === 'claim-back')
      .map(({ awardId, supportId, amountYen, repaidYen }) => {
        const yen = Math.min(amountYen - repaidYen, open.get(supportId) ?? 0)
        open.set(supportId, (open.get(supportId) ?? 0) - yen)
        return [awardId, yen]
      }),
  )
}

export async function recordRepayment(
  ctx: Ctx,
  { awardId, amountYen, receivedOn }: InputOf<typeof contract.recordRepayment>,
): Promise<OutputOf<typeof contract.recordRepayment>> {
  const find = async () =>
    (await claims.listAwardPayments(ctx.tx, { supportId: null, disasterId: null, awardId }))[0]
  const award = await find()
  if (award?.kind !== 'claim-back') throw new Problem(problems.awardNotFound)
  if (receivedOn > todayInJapan(ctx.now))
    throw new Problem(problems.beforeToday, [{ pointer: '/receivedOn', message: '未来の日付です' }])
  const { supportId } = award
  const { disasterId } = await getHead(ctx, supportId)
  const still = stillOwed(
    await claims.listAwardPayments(ctx.tx, { supportId, disasterId: null, awardId: null }),
    await claims.listClaimed(ctx.tx, { disasterId, supportId }),
  )
  if (
    amountYen > (still.get(award.awardId) ?? 0) ||
    !(await claims.insertRepayment(ctx.tx, { awardId, amountYen, receivedOn }, told(ctx)))
  )
    throw new Problem(problems.tooMuch, [{ pointer: '/amountYen', message: problems.tooMuch.title }])
  const codes = { supportId: award.supportId, awardId, amountYen, receivedOn }
  await recordFact(ctx, award.entryId, { kind: 'payments.repaid', codes, words: null })
  await audit(ctx, paymentsEvents.repaid, {
    subjects: [{ kind: 'ledger-entry', id: award.entryId }],
    facts: codes,
  })
  return { repaidYen: (await find())!.repaidYen }
}
