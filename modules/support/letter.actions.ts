import { todayInJapan } from '@open-bcl/core/dates.ts'
import { formatWareki } from '@open-bcl/core/ja/wareki.ts'
import type { InputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import type { Binary } from '@open-bcl/platform/http/serve.ts'
import { MissingGlyphs } from '@open-bcl/platform/pdf/pdf-errors.ts'
import type { PdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { audit } from '../access/audit.ts'
import { getMunicipality } from '../municipalities/municipalities.actions.ts'
import { applicantOf, getHead } from './applications.actions.ts'
import { letterWords, type LetterWords } from './letter.ts'
import { programmeOf, rulesOf } from './programmes.actions.ts'
import type * as contract from './support.contract.ts'
import { supportEvents, supportProblems as problems } from './support.messages.ts'
import { listProposals } from './support.store.ts'

const TIMEOUT_MS = 10_000

/** The letter about a decision: made of what was frozen with it, and without any address. */
export async function makeLetter(
  ctx: Ctx,
  engine: Pick<PdfEngine, 'render'>,
  { supportId }: InputOf<typeof contract.getSupportLetter>,
): Promise<Binary> {
  const head = await getHead(ctx, supportId)
  const [proposal] = await listProposals(ctx.tx, await ctx.keys(), supportId)
  if (!proposal || proposal.approved !== true || proposal.decidedAt === null)
    throw new Problem(problems.noLetter)
  const rules = await rulesOf(ctx, head.disasterId)
  const programme = programmeOf(rules, head.programmeCode)
  const { name } = await applicantOf(ctx, head)
  const { name: townName } = await getMunicipality(ctx)
  const decidedOn = todayInJapan(proposal.decidedAt)
  const words = letterWords({
    name,
    townName,
    disasterName: rules.disaster.name,
    decidedOn,
    decidedText: formatWareki(decidedOn, 'full-width') ?? decidedOn,
    programme,
    outcome: proposal.outcome,
    amountYen: proposal.amountYen,
    assessment: proposal.words.assessment,
    note: head.suppressed ? '' : proposal.words.note,
  })
  await audit(ctx, supportEvents.letterMade, {
    subjects: [{ kind: 'ledger-entry', id: head.entryId }],
    facts: { supportId, proposalNo: proposal.proposalNo },
  })
  return { bytes: await rendered(engine, words), fileName: `決定通知書_${supportId.slice(-8)}.pdf` }
}

/** A name with a character that no font has: the letter still leaves, with 〓 in its place. */
async function rendered(engine: Pick<PdfEngine, 'render'>, words: LetterWords): Promise<Uint8Array> {
  try {
    return await engine.render('support-letter', words, { timeoutMs: TIMEOUT_MS })
  } catch (error) {
    if (!(error instanceof MissingGlyphs)) throw error
    let text = JSON.stringify(words)
    for (const unit of error.units) text = text.replaceAll(unit.text, '〓')
    return await engine.render('support-letter', JSON.parse(text) as LetterWords, { timeoutMs: TIMEOUT_MS })
  }
}
