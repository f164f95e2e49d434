import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { isPracticeTown } from '@open-bcl/core/practice-town.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { getMunicipality } from '../municipalities/municipalities.actions.ts'
import { listPaperKeys } from './paper-keys.store.ts'
import type * as contract from './verification.contract.ts'
import * as store from './verification.store.ts'

/**
 * Questions of the public that a process answers in a second, and how many at once after a quiet while. One measure for
 * everybody, since nothing is kept of who asks; a transaction id cannot be guessed, this only keeps the database free.
 */
const PER_SECOND = 20
const AT_ONCE = 200
const measure = { left: AT_ONCE, at: 0 }

function takeOne(now: Date): void {
  const seconds = Math.max(0, (now.getTime() - measure.at) / 1000)
  measure.left = Math.min(AT_ONCE, measure.left + seconds * PER_SECOND)
  measure.at = now.getTime()
  if (measure.left < 1) throw new Problem(platformProblems.tooMany)
  measure.left -= 1
}

export async function getPaperKeys(ctx: Ctx): Promise<OutputOf<typeof contract.getPaperKeys>> {
  takeOne(ctx.now)
  // Nothing practised is ever found genuine, whoever holds the paper.
  if (isPracticeTown(ctx.municipality)) throw new Problem(platformProblems.notFound)
  const town = await getMunicipality(ctx)
  const keys = await listPaperKeys(ctx.tx)
  return {
    municipalityCode: ctx.municipality,
    municipalityName: town.prefecture + town.name,
    keys: keys.map(({ publicKey, ...key }) => ({ ...key, publicKey: publicKey.toString('base64') })),
  }
}

export async function checkPaper(
  ctx: Ctx,
  { transactionId }: InputOf<typeof contract.checkPaper>,
): Promise<OutputOf<typeof contract.checkPaper>> {
  takeOne(ctx.now)
  if (isPracticeTown(ctx.municipality)) return { state: 'unknown', issuedOn: null, codes: [] }
  const record = await store.findPaperRecord(ctx.tx, transactionId)
  if (!record) return { state: 'unknown', issuedOn: null, codes: [] }
  return {
    state: stateOf(record.states),
    issuedOn: record.issuedOn,
    codes: record.digests.map((digest) => digest.toString('hex')),
  }
}

/** Money given back for a paper that was printed takes it out of force, too. */
function stateOf(states: store.PaperRecord['states']): 'genuine-and-in-force' | 'withdrawn' | 'not-printed' {
  if (!states.includes('printed')) return 'not-printed'
  return states.at(-1) === 'printed' ? 'genuine-and-in-force' : 'withdrawn'
}
