import assert from 'node:assert/strict'
import { createPrivateKey } from 'node:crypto'
import { Readable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { MachineIdentity } from '@open-bcl/platform/pki.ts'
import { signMessage } from '@open-bcl/platform/signed-message.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { chunkPath, linkPaths } from './gateway.contract.ts'
import {
  enrolledAgent,
  exchange,
  linkFile,
  patchFile,
  putFile,
  receiptOf,
  sendFile,
  testGateway,
  type LinkFile,
  type SendAnswer,
  type TestGateway,
} from './testing/gateway.ts'
import { residentRow, smallTown } from './testing/rows.ts'

const rows = smallTown.residents.slice(0, 4).map((record) => residentRow(record))

describe('messages that somebody sends once more', () => {
  let cloud: TestCloud
  let gateway: TestGateway
  let hida: MunicipalityCode
  let agent: MachineIdentity
  before(async () => {
    cloud = await testCloud()
    gateway = await testGateway(cloud)
    hida = await cloud.onboard('212172', '飛騨市')
    agent = await enrolledAgent(cloud, gateway, hida)
  })
  after(async () => {
    await gateway.close()
    await cloud.close()
  })

  /** A message as it went over the line, to be sent as often as one likes. */
  const recorded = (method: string, path: string, body: Uint8Array, at = new Date()) => {
    const headers = {
      'content-type': method === 'PATCH' ? 'application/octet-stream' : 'application/json',
      'content-length': String(body.length),
      ...signMessage(
        { method, origin: gateway.origin, path, body },
        createPrivateKey(agent.privateKeyPem),
        at,
      ),
    }
    return (to: { path?: string; gateway?: TestGateway } = {}): Promise<SendAnswer> =>
      exchange(new URL(to.path ?? path, (to.gateway ?? gateway).origin), {
        method,
        identity: agent,
        headers,
        body: Readable.from([Buffer.from(body)]),
      })
  }
  const opening = ({ manifest, csv }: LinkFile, at?: Date) =>
    recorded(
      'PUT',
      linkPaths.file(manifest.business, manifest.fileNo),
      Buffer.from(JSON.stringify({ manifest, bytes: csv.length })),
      at,
    )

  test('an opening does not replace what came after it, neither here nor after a restart', async () => {
    const older = linkFile('212172', 'residents', 1, rows.slice(1))
    const newer = linkFile('212172', 'residents', 1, rows)
    const first = opening(older, new Date(Date.now() - 1_000))
    const overtaken = opening(older, new Date(Date.now() - 500))
    assert.equal((await first()).status, 200)
    await putFile(gateway, agent, newer)
    await patchFile(gateway, agent, newer, { from: 0, to: 100 })
    assert.equal((await first()).status, 403)
    // Nobody here has seen this one: as after a restart, or in another process.
    const { status, json } = await overtaken()
    assert.deepEqual([status, (json as { type: string }).type], [409, '/problems/linkage/overtaken'])
    const receipt = await receiptOf(sendFile(gateway, agent, newer))
    assert.deepEqual([receipt.state, receipt.counts.inserted], ['applied', 4])
  })

  test('a status counts once', async () => {
    const body = Buffer.from(JSON.stringify({ agentVersion: 'test', mode: 'production', unsent: {} }))
    const status = recorded('POST', linkPaths.status, body)
    assert.equal((await status()).status, 200)
    assert.equal((await status()).status, 403)
  })

  test('a chunk goes where its sender signed it to go', async () => {
    const file = linkFile('212172', 'residents', 2, rows)
    const { manifest, csv } = file
    const path = linkPaths.file('residents', 2)
    await putFile(gateway, agent, file)
    const chunk = recorded(
      'PATCH',
      chunkPath(path, { offset: 100, sha256: manifest.sha256 }),
      csv.subarray(100),
    )
    const moved = await chunk({ path: chunkPath(path, { offset: 0, sha256: manifest.sha256 }) })
    assert.deepEqual(
      [moved.status, (moved.json as { type: string }).type],
      [403, '/problems/linkage/bad-signature'],
    )
    assert.equal((await receiptOf(sendFile(gateway, agent, file))).state, 'applied')
  })
})
