import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openState } from '../apps/agent/state.ts'
import { cuttingProxy, randomOf } from '../apps/agent/testing/cutting-proxy.ts'
import { freePort, startPostgres } from '@open-bcl/platform/db/embedded.ts'
import { residentRow, smallTown, withItem } from '@open-bcl/modules/linkage/testing/rows.ts'

/**
 * A thousand transfers over a line that is cut at random bytes: `node tools/run.mjs e2e/link-cuts.ts --times 1000 --seed 1`.
 *
 * The real agent, the real gateway and a real database, with a proxy between them that resets each connection after a
 * number of bytes that follows from the seed: in the handshake, in the middle of a piece, or of an answer. At the end every
 * file must have been applied once, in order, and town and cloud must hold the same
 * rows. Exit code 1 when they do not.
 */
const { values: options } = parseArgs({
  options: { times: { type: 'string', default: '1000' }, seed: { type: 'string', default: '1' } },
})
const times = Number(options.times)
const random = randomOf(Number(options.seed))
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const startedAt = performance.now()

const folder = await mkdtemp(join(tmpdir(), 'open-bcl-link-cuts-'))
const postgres = await startPostgres({ kind: 'embedded', dataDir: join(folder, 'postgres'), throwAway: true })
process.env['TEST_DATABASE_URL'] = postgres.url
// Reads the variable when it is loaded.
const { testRegion } = await import('../apps/agent/testing/town-hall.ts')
const gatewayPort = await freePort()
let transferCuts = 0
/** Bytes of the file under way and of the handshake and messages around it, about. */
let expected = 0
const line = await cuttingProxy({
  target: () => gatewayPort,
  // Anywhere within the first connection of a transfer; those after it are cut, or not, as they come.
  allowance: () => {
    if (transferCuts === 0) return Math.floor(random() * expected)
    return random() < 0.3 ? null : Math.floor(600 * 500 ** random())
  },
  onCut: () => void (transferCuts += 1),
})
const region = await testRegion({ port: gatewayPort, origin: `https://localhost:${line.port}` })
const hall = await region.townHall()
try {
  const agent = await hall.start()
  const row = hall.ours(residentRow(smallTown.residents[0]!))
  const names = new Map<string, string>()
  let looks = 0
  let wounded = 0
  for (let fileNo = 1; fileNo <= times; fileNo++) {
    // A connection that nothing cuts must not carry the next transfer.
    transferCuts = 0
    line.drop()
    const count = 1 + Math.floor(300 ** random())
    const rows = Array.from({ length: count }, () => {
      const person = String(1 + Math.floor(random() * 2_000))
      const name = `試験 ${fileNo}号`
      return withItem('residents', withItem('residents', row, '宛名番号', person), '氏名', name)
    }).filter((one, i, all) => all.findIndex((other) => other[1] === one[1]) === i)
    for (const one of rows) names.set(one[1]!, `試験 ${fileNo}号`)
    expected = Buffer.byteLength(hall.csv('residents', rows)) + 8_000
    await hall.put('residents', fileNo, rows, { mode: 'delta' })
    while ((await hall.waiting()).length > 0) {
      looks += 1
      await agent.look()
    }
    if (transferCuts > 0) wounded += 1
    if (fileNo % 50 === 0)
      say(
        `[${((performance.now() - startedAt) / 1000).toFixed(0)} s] ${fileNo} files, ${line.cuts} cuts, ${looks} looks`,
      )
  }
  const applied = (await hall.applied()).map(({ fileNo }) => fileNo)
  const inOrder = applied.length === times && applied.every((fileNo, i) => fileNo === i + 1)
  const current = await hall.currentRows()
  // The reconciliation of the day was at its beginning: as if the next one had come.
  await hall.stop()
  const state = openState(hall.state, new Date())
  state.write('reconciled:residents', 'null')
  state.close()
  const next = await hall.start()
  const compared = (): boolean | undefined =>
    next.view().businesses.find(({ business }) => business === 'residents')?.reconciliation?.agrees
  while (compared() === undefined) await next.look()
  const same = current === names.size && compared() === true
  say(
    JSON.stringify({
      name: 'link-cuts',
      transfers: times,
      cutAtLeastOnce: wounded,
      cuts: line.cuts,
      megabytes: Math.round(line.bytes / 1e5) / 10,
      appliedOnceInOrder: inOrder,
      rows: current,
      expectedRows: names.size,
      townAndCloudAgree: compared(),
      seconds: Math.round((performance.now() - startedAt) / 1000),
    }),
  )
  process.exitCode = inOrder && same ? 0 : 1
} finally {
  await hall.close()
  await region.close()
  await line.close()
  await postgres.stop()
  await rm(folder, { recursive: true, force: true })
}
