import assert from 'node:assert/strict'
import net from 'node:net'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { clamd, ScannerAway } from '@open-bcl/platform/virus-scan.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { storeFile } from './files.actions.ts'
import { filesProblems } from './files.messages.ts'
import type { FileId } from './files.ts'
import { photo } from './testing/photos.ts'

const HIDA = '212172' as MunicipalityCode
/** The test file of EICAR in two pieces, so that no scanner takes this source for it. */
const EICAR = Buffer.from(
  ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join(''),
)

/** What clamd does, by its protocol, for one signature: that of EICAR, anywhere in the stream. */
function standIn(behaviour: { say?: string; silent?: boolean } = {}): Promise<net.Server> {
  const server = net.createServer((socket) => {
    let got = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('data', (data) => {
      got = Buffer.concat([got, data])
      if (!got.subarray(0, 10).equals(Buffer.from('zINSTREAM\0'))) return
      const parts: Buffer[] = []
      for (let at = 10; at + 4 <= got.length;) {
        const length = got.readUInt32BE(at)
        if (length === 0) {
          if (behaviour.silent === true) return
          const infected = Buffer.concat(parts).includes(EICAR)
          socket.end(`${behaviour.say ?? `stream: ${infected ? 'Eicar-Test-Signature FOUND' : 'OK'}`}\0`)
          return
        }
        if (at + 4 + length > got.length) return
        parts.push(got.subarray(at + 4, at + 4 + length))
        at += 4 + length
      }
    })
  })
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}
const addressOf = (server: net.Server): string => `127.0.0.1:${(server.address() as net.AddressInfo).port}`

describe('files under a virus scanner', () => {
  let cloud: TestCloud
  let server: net.Server

  before(async () => {
    cloud = await testCloud()
    await cloud.onboard(HIDA, '飛騨市')
    server = await standIn()
  })
  after(async () => {
    server.close()
    await cloud.close()
  })

  const keep = async (bytes: Buffer, scanner = clamd(addressOf(server))): Promise<string> => {
    try {
      await cloud.as(HIDA, (ctx) =>
        storeFile(
          ctx,
          { ...cloud.shelf, scanner },
          { fileId: uuidv7() as FileId, bytes, fileName: 'a.jpg', accept: 'any' },
        ),
      )
      return 'kept'
    } catch (error) {
      if (error instanceof Problem) return error.kind.code
      throw error
    }
  }

  test('a clean photo is kept, one with a virus behind its picture is refused, and nothing of it stays', async () => {
    const clean = photo({ width: 2400, height: 1800 })
    assert.equal(await keep(clean), 'kept')
    const infected = Buffer.concat([photo({ seed: 5 }), Buffer.alloc(300_000), EICAR])
    assert.equal(await keep(infected), filesProblems.infected.code)
    assert.equal(await keep(Buffer.concat([Buffer.from('%PDF-1.7\n'), EICAR])), filesProblems.infected.code)
    const [kept] = await cloud.as(HIDA, (ctx) =>
      ctx.tx.sql<{ count: number }>(
        'select count(*)::int as count from files.file where municipality_code = $1',
        [HIDA],
      ),
    )
    assert.equal(kept!.count, 1)
  })

  test('without an answer, or with one nobody understands, nothing passes unseen', async () => {
    const gone = await standIn()
    const address = addressOf(gone)
    await new Promise((resolve) => gone.close(resolve))
    assert.equal(await keep(photo({ seed: 6 }), clamd(address)), filesProblems.scannerAway.code)
    const silent = await standIn({ silent: true })
    const slow = clamd(addressOf(silent), { timeoutMs: 200 })
    await assert.rejects(slow.find(EICAR), ScannerAway)
    silent.close()
    const odd = await standIn({ say: 'INSTREAM size limit exceeded. ERROR' })
    assert.equal(await keep(photo({ seed: 7 }), clamd(addressOf(odd))), filesProblems.scannerAway.code)
    odd.close()
    assert.throws(() => clamd('nonsense'))
  })
})
