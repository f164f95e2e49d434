import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { inScope } from '@open-bcl/platform/db/tx.ts'
import { createCertificateRequest, type MachineIdentity } from '@open-bcl/platform/pki.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { fingerprintOf } from './gateway.actions.ts'
import { linkPaths } from './gateway.contract.ts'
import { listAgents, revokeAgent } from './linkage.actions.ts'
import { enrolledAgent, sendMessage, testGateway, type TestGateway } from './testing/gateway.ts'

/** What a certificate is worth after it was renewed, and after it was stolen. */
describe('renewal and revocation of an agent', () => {
  let cloud: TestCloud
  let gateway: TestGateway
  let hida: MunicipalityCode
  before(async () => {
    cloud = await testCloud()
    gateway = await testGateway(cloud)
    hida = await cloud.onboard('212172', '飛騨市')
  })
  after(async () => {
    await gateway.close()
    await cloud.close()
  })

  const askStatus = (one: MachineIdentity) =>
    sendMessage(gateway, one, {
      method: 'POST',
      path: linkPaths.status,
      body: { agentVersion: 'test', mode: 'production', unsent: {} },
    })
  const renewedFrom = async (former: MachineIdentity): Promise<MachineIdentity> => {
    const request = await createCertificateRequest('urn:open-bcl:agent:212172')
    const answer = await sendMessage(gateway, former, {
      method: 'POST',
      path: linkPaths.renew,
      body: { requestPem: request.requestPem },
    })
    assert.equal(answer.status, 200)
    return {
      privateKeyPem: request.privateKeyPem,
      ...(answer.json as { certificatePem: string; authorityPem: string }),
    }
  }
  const listed = (ctx: Ctx, one: MachineIdentity) =>
    listAgents(ctx).then(({ agents }) =>
      agents.find(({ fingerprint }) => fingerprintOf(one.certificatePem).startsWith(fingerprint))!,
    )
  const revoke = (one: MachineIdentity) =>
    cloud.as(hida, async (ctx) => revokeAgent(ctx, { agentId: (await listed(ctx, one)).agentId }))

  test('a renewed certificate serves from its first use, and the former one from then on no more', async () => {
    const old = await enrolledAgent(cloud, gateway, hida)
    const renewed = await renewedFrom(old)
    // The answer may have been lost: until then both are good.
    assert.equal((await askStatus(old)).status, 200)
    assert.equal((await askStatus(renewed)).status, 200)
    assert.equal((await askStatus(old)).status, 403)
    assert.equal((await askStatus(await renewedFrom(renewed))).status, 200)
    const rows = await cloud.as(hida, (ctx) => Promise.all([listed(ctx, old), listed(ctx, renewed)]))
    assert.deepEqual(
      rows.map((row) => [row.renewed, row.revokedAt !== null]),
      [
        [false, true],
        [true, true],
      ],
    )
  })

  test('who revokes an agent revokes what was renewed from it: used, unused, and renewed again', async () => {
    const stolen = await enrolledAgent(cloud, gateway, hida)
    const kept = await renewedFrom(stolen)
    await revoke(stolen)
    for (const one of [stolen, kept]) assert.equal((await askStatus(one)).status, 403)
    assert.notEqual((await cloud.as(hida, (ctx) => listed(ctx, kept))).revokedAt, null)

    const second = await enrolledAgent(cloud, gateway, hida)
    const used = await renewedFrom(second)
    assert.equal((await askStatus(used)).status, 200)
    const again = await renewedFrom(used)
    // The former one was ended by its renewal; now staff mean the line.
    await revoke(second)
    for (const one of [used, again]) assert.equal((await askStatus(one)).status, 403)
  })

  test('a renewal that was being made while staff revoked its agent is worth nothing', async () => {
    const stolen = await enrolledAgent(cloud, gateway, hida)
    const kept = await renewedFrom(stolen)
    await revoke(stolen)
    // As it would stand if it was inserted after the revocation had looked for renewals.
    await inScope(cloud.database.linkage, hida, (tx) =>
      tx.sql('update linkage.agent set revoked_at = null where municipality_code = $1 and fingerprint = $2', [
        hida,
        fingerprintOf(kept.certificatePem),
      ]),
    )
    assert.equal((await askStatus(kept)).status, 403)
  })

  test('of several renewals one serves: a newer one ends those never used, the first used one all others', async () => {
    const old = await enrolledAgent(cloud, gateway, hida)
    const [lost, arrived] = [await renewedFrom(old), await renewedFrom(old)]
    assert.equal((await askStatus(lost)).status, 403)
    assert.equal((await askStatus(arrived)).status, 200)
    assert.equal((await askStatus(old)).status, 403)
    assert.equal((await askStatus(arrived)).status, 200)
  })
})
