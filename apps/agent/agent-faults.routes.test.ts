import assert from 'node:assert/strict'
import { once } from 'node:events'
import { appendFile, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { linkFile, patchFile, sendFile, stateOf } from '@open-bcl/modules/linkage/testing/gateway.ts'
import { withItem, residentRow, smallTown } from '@open-bcl/modules/linkage/testing/rows.ts'
import { freePort } from '@open-bcl/platform/db/embedded.ts'
import { cuttingProxy, randomOf, type CuttingProxy } from './testing/cutting-proxy.ts'
import { testRegion, type TestRegion, type TownHall } from './testing/town-hall.ts'

const row = residentRow(smallTown.residents[0]!)
/** `count` people of their own, as file `fileNo` has them. */
const manyRows = (count: number, fileNo: number): string[][] =>
  Array.from({ length: count }, (_, i) =>
    withItem(
      'residents',
      withItem('residents', row, '宛名番号', String(1_000 + i)),
      '氏名',
      `試験 ${fileNo}号`,
    ),
  )

describe('a bad line and sudden deaths', () => {
  const random = randomOf(Number(process.env['TEST_SEED'] ?? 20261121))
  let region: TestRegion
  let hall: TownHall
  let line: CuttingProxy
  let allowance: () => number | null = () => null
  let onCut: () => void = () => undefined
  before(async () => {
    const gatewayPort = await freePort()
    line = await cuttingProxy({
      target: () => gatewayPort,
      allowance: () => allowance(),
      onCut: () => onCut(),
    })
    region = await testRegion({ port: gatewayPort, origin: `https://localhost:${line.port}` })
  })
  after(async () => {
    await region.close()
    await line.close()
  })
  beforeEach(async () => {
    allowance = () => null
    onCut = () => undefined
    hall = await region.townHall()
  })
  afterEach(() => hall.close())

  test('cut at random bytes, every file arrives, once and in order', async () => {
    const files = 6
    const model = new Map<string, string>()
    for (let fileNo = 1; fileNo <= files; fileNo++) {
      const rows = manyRows(20 + Math.floor(random() * 250), fileNo)
      for (const { 1: person } of rows) model.set(person!, `試験 ${fileNo}号`)
      await hall.put('residents', fileNo, rows.map(hall.ours), { mode: 'delta' })
    }
    // From within the handshake to after the answer.
    allowance = () => Math.floor(3_000 * 40 ** random())
    const { look, view } = await hall.start()
    let looks = 0
    for (; (await hall.waiting()).length > 0; looks++) {
      assert.ok(looks < 500, `${line.cuts} cuts`)
      await look()
    }
    assert.ok(line.cuts >= files, `${line.cuts} cuts in ${looks} looks`)
    assert.deepEqual(
      (await hall.applied()).map(({ fileNo }) => fileNo),
      Array.from({ length: files }, (_, i) => i + 1),
    )
    assert.equal(await hall.currentRows(), model.size)
    allowance = () => null
    await look()
    const { reconciliation } = view().businesses.find(({ business }) => business === 'residents')!
    assert.deepEqual([reconciliation?.agrees, reconciliation?.ours], [true, model.size])
  })

  test('killed with kill -9 at random bytes, it loses nothing and nothing is applied twice', async () => {
    const files = 6
    for (let fileNo = 1; fileNo <= files; fileNo++)
      await hall.drop(
        `residents_delta_${fileNo}.csv`,
        hall.csv('residents', manyRows(50 + Math.floor(random() * 200), fileNo).map(hall.ours)),
      )
    for (let fileNo = 1; fileNo <= files; fileNo++) await hall.drop(`residents_delta_${fileNo}.ok`, '')
    let kills = 0
    for (; (await hall.waiting()).length > 0; kills++) {
      assert.ok(kills <= 60)
      const child = await hall.spawn()
      const gone = once(child, 'exit')
      let left = Math.floor(30_000 * 40 ** random())
      // The bytes of the whole life count, not of one connection.
      allowance = () => left
      onCut = () => void child.kill('SIGKILL')
      let sent = 0
      for await (const chunk of child.stdout!) {
        sent += String(chunk).split('"agent.sent"').length - 1
        left = Math.max(1_000, left - 100_000)
        if (sent >= files || (await hall.waiting()).length === 0) child.kill('SIGKILL')
      }
      await gone
    }
    assert.ok(kills >= 2, `${kills} kills`)
    assert.deepEqual(
      (await hall.applied()).map(({ fileNo }) => fileNo),
      Array.from({ length: files }, (_, i) => i + 1),
    )
    assert.equal((await hall.filed('done')).length, files)
    allowance = () => null
    onCut = () => undefined
    const { look, view } = await hall.start()
    await look()
    assert.equal(
      view().businesses.find(({ business }) => business === 'residents')!.reconciliation!.agrees,
      true,
    )
  })

  test('a last piece that is sent again, since its answer was lost, is answered with the receipt', async () => {
    const file = linkFile(hall.code, 'residents', 1, manyRows(3, 1).map(hall.ours), { mode: 'delta' })
    await sendFile(region.gateway, hall.identity, file)
    const again = await stateOf(patchFile(region.gateway, hall.identity, file, { from: 0 }))
    assert.equal(again.state, 'applied')
  })

  test('a file that is written to while it is sent is sent as it is in the end', async () => {
    const path = join(hall.folder, 'residents_full_1.csv')
    const before = hall.csv('residents', manyRows(800, 1).map(hall.ours))
    const more = hall.csv('residents', [hall.ours(withItem('residents', row, '宛名番号', '999999'))])
    await writeFile(path, before)
    // The first cut comes in the middle of the bytes; the file grows meanwhile.
    let changed: Promise<void> | undefined
    allowance = () => (changed === undefined ? 200_000 : null)
    onCut = () => void (changed ??= appendFile(path, more.slice(more.indexOf('\n') + 1)))
    const { look } = await hall.start()
    for (let looks = 0; (await hall.waiting()).length > 0; looks++) {
      assert.ok(looks < 20)
      await look()
      await changed
    }
    assert.ok(changed !== undefined)
    assert.equal(await hall.currentRows(), 801)
    assert.equal((await hall.applied()).length, 1)
  })

  test('another file of the same name, size and time under way is another file', async () => {
    const path = join(hall.folder, 'residents_full_1.csv')
    const one = hall.csv('residents', manyRows(500, 1).map(hall.ours))
    await writeFile(path, one)
    let swapped: Promise<void> | undefined
    allowance = () => (swapped === undefined ? 150_000 : null)
    onCut = () =>
      void (swapped ??= (async () => {
        const { atime, mtime } = await stat(path)
        // In place, and never shorter in between.
        await writeFile(path, one.replaceAll('試験 1号', '試験 2号'), { flag: 'r+' })
        await utimes(path, atime, mtime)
      })())
    const { look } = await hall.start()
    for (let looks = 0; (await hall.waiting()).length > 0; looks++) {
      assert.ok(looks < 20)
      await look()
      await swapped
    }
    const [place] = await hall.filed('done')
    const sent = await readFile(join(hall.folder, 'done', place!, 'residents_full_1.csv'), 'utf8')
    assert.ok(sent.includes('試験 2号') && !sent.includes('試験 1号'))
    assert.equal((await hall.applied()).length, 1)
  })
})
