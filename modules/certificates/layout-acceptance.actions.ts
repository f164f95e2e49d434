import type { PlainDate } from '@open-bcl/core/brand.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { formatWareki } from '@open-bcl/core/ja/wareki.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import type { Binary } from '@open-bcl/platform/http/serve.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { namesOfActors } from '../access/access.actions.ts'
import { audit } from '../access/audit.ts'
import { getMunicipality, onboardedOn } from '../municipalities/municipalities.actions.ts'
import { certificatesEvents, certificatesProblems as problems } from './certificates.messages.ts'
import { paperOf, type Issuing } from './before-freezing.actions.ts'
import type * as contract from './layout-acceptance.contract.ts'
import * as store from './layout-acceptance.store.ts'
import { layoutsFrom, standingOfLayout } from './layout-acceptance.ts'
import { layouts as allLayouts, type Layout } from './layouts.ts'
import { printedWords } from './paper.ts'
import { renderDocument } from './rendering.actions.ts'

export async function listLayouts(
  ctx: Ctx,
  issuing: Issuing,
): Promise<OutputOf<typeof contract.listLayouts>> {
  const today = todayInJapan(ctx.now)
  const began = await onboardedOn(ctx)
  const acts = await store.listLayoutActs(ctx.tx, null)
  const nameOf = await namesOfActors(
    ctx,
    acts.map((act) => act.actor),
  )
  return {
    layouts: layoutsFrom(today, issuing.layouts).map((layout) => {
      const own = acts.filter((act) => act.layoutVersion === layout.version)
      const last = (which: store.LayoutAct['act']) => {
        const found = own.findLast((act) => act.act === which)
        return found ? { at: found.at.toISOString(), by: nameOf(found.actor) } : null
      }
      const accepted = last('accepted')
      const town = { onboardedOn: began, accepted: accepted !== null }
      return {
        layoutVersion: layout.version,
        form: layout.form,
        ja: layout.ja,
        inForceFrom: layout.inForceFrom,
        source: layout.source,
        unverified: [...layout.unverified],
        standing: standingOfLayout(layout, town, today),
        printed: last('printed'),
        accepted,
      }
    }),
  }
}

/** How many forms want to be accepted: soon, and already too late. */
export async function countToAccept(
  ctx: Ctx,
  issuing: Issuing,
): Promise<{ readonly due: number; readonly missed: number }> {
  const { layouts } = await listLayouts(ctx, issuing)
  const count = (standing: string) => layouts.filter((one) => one.standing === standing).length
  return { due: count('due'), missed: count('missed') }
}

/** Why a form is not issued yet, for staff; `null` = it may be. */
export async function wantsAcceptance(ctx: Ctx, layout: Layout, issuedOn: PlainDate): Promise<string | null> {
  // Most towns began after the form: no question to the database.
  const began = await onboardedOn(ctx)
  if (layout.inForceFrom <= began) return null
  const accepted = await store.isAccepted(ctx.tx, layout.version)
  if (standingOfLayout(layout, { onboardedOn: began, accepted }, issuedOn) !== 'missed') return null
  const day = formatWareki(layout.inForceFrom)
  return `${day}からの様式（${layout.ja}）の確認が済んでいません。証明発行の「様式の確認」で試験印刷をし、確認を登録してください`
}

function layoutOf(issuing: Issuing, version: string): Layout {
  const layout = (issuing.layouts ?? allLayouts).find((one) => one.version === version)
  if (!layout) throw new Problem(platformProblems.notFound)
  return layout
}

/** Through the same renderer and the same check as a certificate; nothing is counted, kept or frozen. */
export async function printTestCopy(
  ctx: Ctx,
  issuing: Issuing,
  { layoutVersion }: InputOf<typeof contract.printTestCopy>,
): Promise<Binary> {
  const layout = layoutOf(issuing, layoutVersion)
  const today = todayInJapan(ctx.now)
  // Dated as it will be: its day, or today where that has come.
  const issuedOn = layout.inForceFrom > today ? layout.inForceFrom : today
  const town = await getMunicipality(ctx, issuedOn)
  const asked = { transactionId: TEST_TRANSACTION, channel: 'counter', copies: 1, official: false } as const
  const paper = { ...paperOf(town, asked, TEST_DIGEST, issuedOn), testMark: '試験印刷' }
  const { facts, pages } = layout.sample(paper)
  const { build } = issuing.engine.rendererBuild()
  const rendering = await renderDocument(
    issuing,
    layout.version,
    { ...facts, paper },
    printedWords(paper, pages),
  )
  if (rendering.kind !== 'rendered') throw new Problem(problems.testMismatch)
  // Of two at the same moment one row is enough.
  await store.insertLayoutAct(ctx.tx, {
    layoutVersion,
    act: 'printed',
    build,
    at: ctx.now,
    actor: actorName(ctx.actor),
  })
  await audit(ctx, certificatesEvents.testCopyPrinted, { facts: { layoutVersion, build } })
  return { bytes: rendering.pdf, fileName: `試験印刷_${layout.ja}.pdf` }
}

/** No transaction has these: a test copy answers to no request. */
const TEST_TRANSACTION = '0'.repeat(32)
const TEST_DIGEST = '0'.repeat(64)

export async function acceptLayout(
  ctx: Ctx,
  issuing: Issuing,
  { layoutVersion }: InputOf<typeof contract.acceptLayout>,
): Promise<OutputOf<typeof contract.acceptLayout>> {
  layoutOf(issuing, layoutVersion)
  const printed = (await store.listLayoutActs(ctx.tx, layoutVersion)).findLast((act) => act.act === 'printed')
  if (!printed) throw new Problem(problems.notPrintedYet)
  const made = await store.insertLayoutAct(ctx.tx, {
    layoutVersion,
    act: 'accepted',
    build: printed.build,
    at: ctx.now,
    actor: actorName(ctx.actor),
  })
  if (!made) throw new Problem(problems.layoutAccepted)
  await audit(ctx, certificatesEvents.layoutAccepted, { facts: { layoutVersion, build: printed.build } })
  return { accepted: true }
}
