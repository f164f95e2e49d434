import assert from 'node:assert/strict'
import { test } from 'node:test'
import { practiceTownOf } from '@open-bcl/core/practice-town.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { createAuthority } from '@open-bcl/platform/pki.ts'
import { testCloud } from '../../apps/cloud/testing/town.ts'
import { hida, testExchange } from '../certificates/testing/exchange.ts'
import { enrolAgent } from '../linkage/gateway.actions.ts'
import { createEnrolmentCode } from '../linkage/linkage.actions.ts'
import { onboardPractice } from '../municipalities/municipalities.actions.ts'

test('no machine reaches a practice town: the centre is told of none, and no agent is enrolled', async () => {
  const cloud = await testCloud()
  try {
    const exchange = await testExchange(cloud)
    try {
      const there = practiceTownOf(hida)
      await cloud.as(there, (ctx) => onboardPractice(ctx, cloud.runtime.keyring))
      const menu = (municipalityCode: typeof hida) =>
        exchange.bcl.client.getServiceMenu({ municipalityCode, onDate: '2026-11-21' })
      assert.equal((await menu(hida)).name, '飛騨市')
      await assert.rejects(menu(there))
      const authority = await createAuthority({ name: 'test', now: cloud.clock, validDays: 30 })
      const { code } = await cloud.as(there, (ctx) => createEnrolmentCode(ctx, { agentName: '練習' }))
      await assert.rejects(
        cloud.as(there, (ctx) => enrolAgent(ctx, authority, { code, requestPem: '' })),
        (error) => error instanceof Problem && error.kind.code === 'linkage/wrong-code',
      )
    } finally {
      await exchange.close()
    }
  } finally {
    await cloud.close()
  }
})
