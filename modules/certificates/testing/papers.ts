import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { TEST_BUILD, type TestCloud } from '../../../apps/cloud/testing/town.ts'
import type { Issuing } from '../certificates.routes.ts'
import { getFrozen } from '../certificates.store.ts'
import type { CertificateKind, IssueState } from '../certificates.ts'
import { katsuragi } from '../golden/cases.ts'
import { freezeIssue, getIssue, moveIssue } from '../issuing.actions.ts'
import { layoutOn } from '../layouts.ts'
import type { Paper } from '../paper.ts'
import { risaiBody } from '../papers/risai.ts'

export const risai: CertificateKind<Ctx> = {
  code: 'risai',
  permission: 'risai.issue',
  forMovedOut: true,
  feeYen: () => 0,
  subjects: async () => [],
  choices: async () => [],
  people: async () => [],
  blocks: async () => [],
  freeze: async (_ctx, _subjectId, { issuedOn, paper }) => ({
    layout: layoutOn('risai', issuedOn),
    ...risaiBody(katsuragi, paper),
  }),
}

const notRunning = (): never => {
  throw new Error('nothing is rendered here')
}
export const issuing: Issuing = {
  kinds: [risai],
  engine: { render: notRunning, coverage: notRunning, rendererBuild: notRunning },
  build: TEST_BUILD,
  renderTimeoutMs: 1,
  archiveDays: 30,
  publicOrigin: 'https://bcl.test',
}

/** Two copies of a 罹災証明書 of `katsuragi`, taken through these states; nothing is rendered. */
export async function makePaper(
  cloud: TestCloud,
  municipality: MunicipalityCode,
  states: readonly IssueState[],
): Promise<Paper> {
  const transactionId = randomBytes(16).toString('hex')
  const call = { actor: { kind: 'job', task: 'test' }, municipality, traceId: 'test' } as const
  return await withCtx(
    cloud.runtime,
    call,
    async (ctx) => {
      const nobody = { recipientNo: null, kioskId: null, purpose: null }
      const asked = { transactionId, kind: 'risai', subjectId: 'one', channel: 'counter' } as const
      const request = { ...asked, ...nobody, copies: 2, choices: {}, official: false }
      const frozen = await freezeIssue(ctx, issuing, request)
      assert.equal(frozen.kind, 'frozen', 'code' in frozen ? String(frozen.code) : '')
      const issue = await getIssue(ctx, transactionId)
      for (const state of states) assert.equal((await moveIssue(ctx, issue, state)).kind, 'standing', state)
      const { snapshot } = await getFrozen(ctx.tx, await ctx.keys(), transactionId)
      return (snapshot as { paper: Paper }).paper
    },
    { isolation: 'repeatable read' },
  )
}
