import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { newAgeKeyPair, readAgeFile, type AgeKeyPair } from '@open-bcl/platform/age.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { createAuthority, issueIdentity, type MachineIdentity } from '@open-bcl/platform/pki.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { storeFile } from './files.actions.ts'
import type { FileId } from './files.ts'
import { lostFiles, makeFilesPackage, verifyFilesPackage } from './recovery.actions.ts'
import { photo } from './testing/photos.ts'

const HIDA = '212172' as MunicipalityCode
const TAKAYAMA = '212032' as MunicipalityCode

describe('photos and documents given back', () => {
  let cloud: TestCloud
  let town: AgeKeyPair
  let signer: MachineIdentity
  let out: string
  const kept = new Map<string, Buffer>()

  before(async () => {
    cloud = await testCloud()
    await cloud.onboard(HIDA, '飛騨市')
    await cloud.onboard(TAKAYAMA, '高山市')
    out = await mkdtemp(path.join(tmpdir(), 'open-bcl-files-'))
    town = await newAgeKeyPair()
    signer = await newSigner()
    for (const seed of [1, 2, 3]) await keep(HIDA, photo({ seed }))
    await keep(HIDA, Buffer.from('%PDF-1.7 申請書'))
    await keep(TAKAYAMA, photo({ seed: 9 }))
  })
  after(async () => {
    await rm(out, { recursive: true, force: true })
    await cloud.close()
  })

  const keep = async (municipality: MunicipalityCode, bytes: Buffer): Promise<void> => {
    const fileId = uuidv7() as FileId
    await cloud.as(municipality, (ctx) =>
      storeFile(ctx, cloud.shelf, { fileId, bytes, fileName: '壱之町.jpg', accept: 'any' }),
    )
    if (municipality === HIDA) kept.set(fileId, bytes)
  }
  const job = () => ({
    ...{ municipality: HIDA, vault: cloud.shelf.vault, out, recipient: town.recipient, signer },
    now: () => cloud.clock,
    scope: <T>(work: (ctx: Ctx) => Promise<T>): Promise<T> => cloud.as(HIDA, work),
  })
  const verified = (folder: string) =>
    verifyFilesPackage(folder, { identities: [town.identity], authorityPem: signer.authorityPem })

  test('every byte of the town and nothing of its neighbour, opened by the town alone', async () => {
    const { folder, list } = await makeFilesPackage(job())
    assert.deepEqual(new Set(list.files.map(({ fileId }) => fileId)), new Set(kept.keys()))
    assert.deepEqual(list.lost, [])
    for (const [fileId, bytes] of kept) {
      const parts: Uint8Array[] = []
      for await (const part of readAgeFile(path.join(folder, `${fileId}.age`), [town.identity]))
        parts.push(part)
      assert.ok(Buffer.concat(parts).equals(bytes))
    }
    assert.deepEqual((await verified(folder)).problems, [])
    const stranger = await newAgeKeyPair()
    const closed = await verifyFilesPackage(folder, { identities: [stranger.identity], authorityPem: null })
    assert.equal(closed.list, null)
    const others = await newSigner()
    const other = await verifyFilesPackage(folder, {
      ...{ identities: [town.identity], authorityPem: others.authorityPem },
    })
    assert.equal(other.problems.length, 1)
    for (const name of await readdir(folder))
      assert.ok(!(await readFile(path.join(folder, name))).includes('壱之町'), name)
  })

  test('what is taken out or exchanged is told, and what the store has lost is named', async () => {
    const { folder, list } = await makeFilesPackage(job())
    const [first, second] = list.files
    await writeFile(
      path.join(folder, `${first!.fileId}.age`),
      await readFile(path.join(folder, `${second!.fileId}.age`)),
    )
    await rm(path.join(folder, `${list.files[2]!.fileId}.age`))
    assert.equal((await verified(folder)).problems.length, 2)
    // A byte of the store is spoilt, and a file of it is gone.
    const shelf = path.join(cloud.spoolFolder, 'files', HIDA)
    const names = (await readdir(shelf, { recursive: true })).filter((name) => name.includes(path.sep))
    const spoilt = path.join(shelf, names[0]!)
    const bytes = await readFile(spoilt)
    bytes[bytes.length - 20]! ^= 1
    await writeFile(spoilt, bytes)
    await rm(path.join(shelf, names[1]!))
    const { whole, lost } = await lostFiles(job())
    assert.deepEqual([whole, lost.length], [2, 2])
    const partly = await makeFilesPackage(job())
    assert.deepEqual(partly.list.lost, lost)
    assert.equal(partly.list.files.length, 2)
  })
})

async function newSigner(): Promise<MachineIdentity> {
  const now = new Date()
  const authority = await createAuthority({ name: 'Test authority', now, validDays: 30 })
  return await issueIdentity(authority, {
    ...{ machineName: 'urn:open-bcl:cloud', hosts: [], uses: ['server'], now, validDays: 10 },
  })
}
