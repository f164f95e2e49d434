import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import pg from 'pg'
import type { TestKiosk } from '../../apps/center/testing/center.ts'
import { processCenter, type ProcessCenter } from '../../apps/center/testing/center-process.ts'
import { walkAs } from '../../apps/center/testing/walk.ts'
import * as contract from './kiosk.contract.ts'

/**
 * A certificate passes through the centre and is erased: after the person has gone, nothing of it is in a table, in what
 * the process still holds (a snapshot of its heap), or in a file. The words are marked, so that they can be searched for.
 */
let center: ProcessCenter
let kiosk: TestKiosk
let folder: string
let serial: string

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'open-bcl-nothing-kept-'))
  center = await processCenter({
    nodeArgs: ['--heapsnapshot-signal=SIGUSR2', `--diagnostic-dir=${folder}`],
  })
  kiosk = await center.kiosk('kiosk-1')
  serial = (await center.makeCard('sato')).serial
})
after(async () => {
  await center.close()
  await rm(folder, { recursive: true })
})

const words = '標準飛騨花子MARKEDNAME神岡町船津MARKEDPLACE'

/** What would be found of a document: its marked words, and their base64 as it travels. */
function traces(pdf: Buffer): string[] {
  const at = pdf.indexOf('MARKEDNAME')
  const aligned = at + ((3 - (at % 3)) % 3)
  return ['MARKEDNAME', 'MARKEDPLACE', pdf.subarray(aligned, aligned + 6).toString('base64')]
}

/** Everything the process can still reach, as Node writes it, after a collection. */
async function heap(): Promise<string> {
  process.kill(center.pid(), 'SIGUSR2')
  let name: string | undefined
  while (name === undefined) name = (await readdir(folder)).find((file) => file.endsWith('.heapsnapshot'))
  // It writes the file in one go before it answers anybody.
  await kiosk.get(contract.recoverKiosk, {})
  return await readFile(join(folder, name), 'utf8')
}

test('after the person has gone nothing of the certificate, and nothing of the card, is left', async () => {
  center.issuer.words = words
  const documents: string[] = []
  for (let i = 0; i < 5; i++) {
    const { sessionId, pdf, transactionId } = await walkAs(kiosk, 'printed')
    await kiosk.get(contract.endSession, { sessionId, why: 'finished' })
    await kiosk.get(contract.confirmPayout, { transactionId, reason: 'change' })
    documents.push(pdf)
  }
  const first = Buffer.from(documents[0]!)
  const needles = [...traces(first), serial]
  const document = `${first.toString('latin1')} ${first.toString('base64')}`
  assert.deepEqual(
    needles.map((needle) => document.includes(needle)),
    [true, true, true, false],
  )

  const client = new pg.Client({ connectionString: center.database.urls.admin })
  await client.connect()
  const { rows: tables } = await client.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
  )
  for (const { name } of tables) {
    const { rows } = await client.query<{ row: string }>(`select t::text as row from ${name} t`)
    for (const needle of needles)
      assert.ok(!rows.some(({ row }) => row.includes(needle)), `${name} holds ${needle}`)
  }
  await client.end()

  const held = await heap()
  assert.ok(held.includes('center.transaction_state'), 'the snapshot shows what is held')
  for (const needle of needles) assert.ok(!held.includes(needle), `the heap holds ${needle}`)
})
