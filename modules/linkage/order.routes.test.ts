import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import https from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import pg from 'pg'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { makeMunicipalityCode } from '@open-bcl/core/ja/check-digits.ts'
import { tlsClientOptions, type MachineIdentity } from '@open-bcl/platform/pki.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { fileInterfaces, type Business } from '../interfaces/interfaces.columns.ts'
import { streamRows } from '../registers/registers.actions.ts'
import { streamResidentRows } from '../residents/recovery.actions.ts'
import { linkPaths, type FileState, type LinkStatus } from './gateway.contract.ts'
import type { LinkReceipt } from './linkage.receipt.ts'
import { fileOf, interfaceOf, rowOf, step, tidied, type Step } from './testing/faults.ts'
import {
  enrolledAgent,
  patchFile,
  problemOf,
  putFile,
  sendMessage,
  testGateway,
  type LinkFile,
  type SendAnswer,
  type TestGateway,
} from './testing/gateway.ts'
import { canonicalOf, ModelTown, totalOf, type ModelFile } from './testing/model.ts'

/**
 * The link as it runs, over real sockets: files of several businesses in any order, from two machines at once, cut, doubled,
 * with a gateway that goes and comes back and a disk that flips bits. `FC_RUNS` towns, `FC_SEED` repeats them.
 */
const numRuns = Number(process.env['FC_RUNS'] ?? 3)
const seed = Number(process.env['FC_SEED'] ?? 2026)
const MINUTE = 60_000

type Planned = { readonly file: LinkFile; readonly told: ModelFile }

let towns = 0
function newTown(): MunicipalityCode {
  towns += 1
  return makeMunicipalityCode(String(20_000 + towns))
}

function planOf(town: MunicipalityCode, steps: readonly Step[]): Planned[] {
  const next = new Map<Business, number>()
  return steps.map((one) => {
    const { business, mode } = one
    const fileNo = (next.get(business) ?? 0) + 1
    next.set(business, fileNo)
    const file = interfaceOf(business, one.old)
    const specs = one.tidy ? tidied(business, one.specs) : one.specs
    const rows = specs.map((spec, i) => rowOf(file, spec, i + 2, town))
    return {
      file: fileOf(town, file, { fileNo, mode }, rows),
      told: { business, mode, origin: 'link', rows },
    }
  })
}

describe('files in any order', () => {
  let cloud: TestCloud
  let gateway: TestGateway
  let folder: string
  let port: number
  before(async () => {
    cloud = await testCloud()
    folder = await mkdtemp(join(tmpdir(), 'open-bcl-order-'))
    gateway = await testGateway(cloud, { spoolFolder: folder })
    port = Number(new URL(gateway.origin).port)
  })
  after(async () => {
    await gateway.close()
    await cloud.close()
    await rm(folder, { recursive: true })
  })

  let restarting: Promise<void> | null = null
  const restart = async (): Promise<void> => {
    restarting ??= (async () => {
      const { authority } = gateway
      await gateway.close()
      gateway = await testGateway(cloud, { port, authority, spoolFolder: folder })
      await gateway.queue.tick()
    })().finally(() => (restarting = null))
    await restarting
  }

  /** `null`: the gateway was away. */
  const asked = async (work: () => Promise<SendAnswer>): Promise<SendAnswer | null> => {
    try {
      return await work()
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === 'EPIPE') return null
      throw error
    }
  }

  /** One step of sending a file: opens or asks, and sends some bytes, where some are wanted. */
  const push = async (
    identity: MachineIdentity,
    file: LinkFile,
    bytes: number,
  ): Promise<FileState | null> => {
    const opened = await asked(() => putFile(gateway, identity, file))
    if (opened === null || opened.status === 503) return null
    assert.equal(opened.status, 200, JSON.stringify(opened.json))
    const state = opened.json as FileState
    if (state.state !== 'receiving') return state
    const to = Math.min(file.csv.length, state.received + bytes)
    const sent = await asked(() => patchFile(gateway, identity, file, { from: state.received, to }))
    // Another machine may be ahead with the same file, or have begun it anew.
    if (sent === null || sent.status !== 200) {
      assert.ok(sent === null || [404, 409, 503].includes(sent.status), JSON.stringify(sent?.json))
      return null
    }
    return sent.json as FileState
  }

  /** Begins to send and hangs up in the middle of a message. */
  const hangUp = async (identity: MachineIdentity, { manifest, csv }: LinkFile): Promise<void> => {
    await new Promise<void>((resolve) => {
      const request = https.request(
        new URL(linkPaths.file(manifest.business, manifest.fileNo), gateway.origin),
        {
          ...{ method: 'PATCH', agent: false, ...tlsClientOptions(identity) },
          headers: { 'content-type': 'application/octet-stream', 'content-length': String(csv.length) },
        },
      )
      request.on('error', () => resolve())
      request.on('close', () => resolve())
      request.write(csv.subarray(0, csv.length >> 1), () => request.destroy())
    })
  }

  /** Flips a bit of something that lies in the town's spool. */
  const flip = async (town: MunicipalityCode, where: number): Promise<void> => {
    const names = await readdir(join(folder, town)).catch((): string[] => [])
    const name = names[Math.floor(where * names.length)]
    if (name === undefined) return
    const path = join(folder, town, name)
    const bytes = await readFile(path).catch(() => Buffer.alloc(0))
    if (bytes.length === 0) return
    bytes[Math.floor(where * bytes.length)]! ^= 1 << Math.floor(where * 8)
    await writeFile(path, bytes, { flag: 'r+' }).catch(() => undefined)
  }

  type Deed = {
    readonly machine: 0 | 1
    readonly what: 'send' | 'piece' | 'hang up' | 'restart' | 'flip'
    readonly at: number
  }

  const receiptsOf = async (town: MunicipalityCode): Promise<LinkReceipt[]> =>
    await cloud.as(town, async (ctx) => {
      const rows = await ctx.tx.sql<{ receipt: LinkReceipt }>(
        `select receipt from linkage.file where municipality_code = $1 and state = 'applied' order by seq`,
        [town],
      )
      return rows.map(({ receipt }) => receipt)
    })

  /** Both machines do as they please, and then send whatever is still wanted. */
  const deliver = async (
    town: MunicipalityCode,
    machines: readonly [MachineIdentity, MachineIdentity],
    { plan, deeds }: { plan: readonly Planned[]; deeds: readonly Deed[] },
  ): Promise<void> => {
    const work = async (machine: 0 | 1): Promise<void> => {
      for (const { what, at } of deeds.filter((one) => one.machine === machine)) {
        const { file } = plan[Math.floor(at * plan.length)]!
        if (what === 'restart') await restart()
        else if (what === 'flip') await flip(town, at)
        else if (what === 'hang up') await hangUp(machines[machine], file)
        else await push(machines[machine], file, what === 'piece' ? 700 : file.csv.length)
      }
    }
    await Promise.all([work(0), work(1)])
    for (let round = 0; (await receiptsOf(town)).length < plan.length; round++) {
      assert.ok(round < 200, 'does not come to an end')
      for (const { file } of plan) await push(machines[round % 2 === 0 ? 0 : 1], file, file.csv.length)
      await gateway.queue.tick()
      await gateway.queue.settled()
    }
  }

  /** Each file once, in its order, with the receipt and the rows that a model says. */
  const judge = async (
    town: MunicipalityCode,
    machines: readonly MachineIdentity[],
    plan: readonly Planned[],
  ): Promise<void> => {
    const receipts = await receiptsOf(town)
    assert.equal(receipts.length, plan.length)
    const model = new ModelTown()
    const last = new Map<Business, number>()
    for (const receipt of receipts) {
      const { business, fileNo } = receipt
      assert.equal(fileNo, (last.get(business) ?? 0) + 1, 'out of order')
      last.set(business, fileNo)
      const { told, file } = plan.find(
        (one) => one.told.business === business && one.file.manifest.fileNo === fileNo,
      )!
      const wanted = model.apply(told)
      assert.deepEqual(receipt.counts, wanted.counts)
      assert.equal(receipt.hashTotal, wanted.hashTotal)
      assert.equal(receipt.seq, String(model.seq))
      assert.deepEqual([...new Set(receipt.errors.map(({ line }) => line))], wanted.badLines)
      for (const machine of machines) {
        const again = await putFile(gateway, machine, file)
        assert.deepEqual(again.json, { state: 'applied', receipt })
        const other = { ...file, manifest: { ...file.manifest, sha256: 'ab'.repeat(32) } }
        const { status, body } = await problemOf(putFile(gateway, machine, other))
        assert.deepEqual([status, body.type], [409, '/problems/linkage/number-taken'])
      }
    }
    await cloud.as(town, async (ctx) => {
      for (const business of last.keys())
        for (let seq = 0; seq <= model.seq; seq++) {
          const rows: string[] = []
          const stream =
            business === 'residents'
              ? streamResidentRows(ctx, BigInt(seq))
              : streamRows(ctx, business, BigInt(seq))
          const file = fileInterfaces[business]
          for await (const batch of stream)
            for (const fields of batch)
              rows.push(
                canonicalOf(file, Object.fromEntries(file.columns.map(({ name }, i) => [name, fields[i]!]))),
              )
          const wanted = [...model.sentAt(business, seq).values()].map(({ canonical }) => canonical)
          assert.equal(totalOf(rows), totalOf(wanted), `${business} as of ${seq}`)
          assert.equal(rows.length, wanted.length)
        }
    })
    // What the town hall counts at home is what is here.
    for (const [business, fileNo] of last) {
      const sent = [...model.sentAt(business).values()].map(({ canonical }) => canonical)
      const { status, json } = await sendMessage(gateway, machines[0]!, {
        method: 'POST',
        path: linkPaths.reconcile,
        body: { business, fileNo, rows: sent.length, hashTotal: totalOf(sent) },
      })
      assert.deepEqual([status, (json as { agrees: boolean }).agrees], [200, true], JSON.stringify(json))
    }
  }

  const twoMachines = async (town: MunicipalityCode): Promise<[MachineIdentity, MachineIdentity]> => [
    await enrolledAgent(cloud, gateway, town),
    await enrolledAgent(cloud, gateway, town),
  ]

  const businesses = ['residents', 'seals', 'suppressions', 'card-serials'] as const
  const history = fc.array(
    step(businesses).map((one): Step => ({ ...one, origin: 'link', trouble: null })),
    { minLength: 4, maxLength: 10 },
  )
  const anyDeeds = fc.array(
    fc.record({
      machine: fc.constantFrom(0 as const, 1 as const),
      what: fc.constantFrom('send', 'send', 'send', 'piece', 'piece', 'hang up', 'restart', 'flip'),
      at: fc.double({ min: 0, max: 0.999, noNaN: true }),
    }),
    { minLength: 5, maxLength: 30 },
  )

  test('from two machines, cut, doubled and restarted: each is applied once and in order', async (t) => {
    let files = 0
    await fc.assert(
      fc.asyncProperty(history, anyDeeds, async (steps, deeds) => {
        const town = await cloud.onboard(newTown(), '試験町')
        const machines = await twoMachines(town)
        const plan = planOf(town, steps)
        await deliver(town, machines, { plan, deeds })
        await judge(town, machines, plan)
        files += plan.length
        // What was begun anew after its bytes were lost goes when nobody has touched it for long.
        const left = async () => await readdir(join(folder, town)).catch(() => [])
        for (const name of await left()) await utimes(join(folder, town, name), 0, 0)
        await gateway.queue.tick()
        assert.deepEqual(await left(), [], 'bytes were left behind')
      }),
      { numRuns, seed, endOnFailure: true },
    )
    t.diagnostic(`FC_SEED=${seed}: ${numRuns} towns, ${files} files`)
  })

  /** Every row of a town in every table, but for what looking after it says: that it was seen, that an alarm still stands. */
  const printOf = async (town: MunicipalityCode): Promise<Map<string, string>> => {
    const client = new pg.Client({ connectionString: cloud.database.urls.admin })
    await client.connect()
    try {
      const { rows: tables } = await client.query<{ name: string }>(
        `select format('%I.%I', table_schema, table_name) as name
           from information_schema.columns join information_schema.tables using (table_schema, table_name)
          where column_name = 'municipality_code' and table_type = 'BASE TABLE' order by 1`,
      )
      assert.ok(tables.length > 20)
      const prints = new Map<string, string>()
      for (const { name } of tables) {
        const { rows } = await client.query<{ text: string }>(
          `select (to_jsonb(t) - '{seen_at,times,last_at}'::text[])::text as text from ${name} t
            where municipality_code = $1 order by 1`,
          [town],
        )
        prints.set(name, createHash('sha256').update(JSON.stringify(rows)).digest('hex'))
      }
      return prints
    } finally {
      await client.end()
    }
  }

  test('two towns at once each become what their own files say', async () => {
    await fc.assert(
      fc.asyncProperty(history, history, anyDeeds, async (ours, theirs, deeds) => {
        const sides = []
        for (const steps of [ours, theirs]) {
          const town = await cloud.onboard(newTown(), '試験町')
          sides.push({ town, machines: await twoMachines(town), plan: planOf(town, steps) })
        }
        await Promise.all(sides.map(({ town, machines, plan }) => deliver(town, machines, { plan, deeds })))
        for (const { town, machines, plan } of sides) await judge(town, machines, plan)
      }),
      { numRuns: Math.max(1, Math.floor(numRuns / 2)), seed, endOnFailure: true },
    )
  })

  test('nothing that a town sends, right or wrong, touches a row of another', async () => {
    const sample = fc.sample(history, { numRuns: 2, seed: 11 })
    const [ours, theirs] = [await cloud.onboard(newTown(), '試験町'), await cloud.onboard(newTown(), '隣町')]
    const [ourMachine, theirMachine] = [
      await enrolledAgent(cloud, gateway, ours),
      await enrolledAgent(cloud, gateway, theirs),
    ]
    const theirPlan = planOf(theirs, sample[0]!)
    await deliver(theirs, [theirMachine, theirMachine], { plan: theirPlan, deeds: [] })
    // An upload of theirs that is half done.
    const open = planOf(theirs, [...sample[0]!, { ...sample[0]![0]!, business: 'seals' }]).at(-1)!.file
    await putFile(gateway, theirMachine, open)
    await patchFile(gateway, theirMachine, open, { from: 0, to: 100 })
    // What the watch over every town has to say of theirs is said before, not at some moment of ours.
    await gateway.queue.tick()
    await gateway.queue.settled()
    const before = await printOf(theirs)

    await deliver(ours, [ourMachine, ourMachine], { plan: planOf(ours, sample[1]!), deeds: [] })
    // Their papers and their rows from our machine; their file's next bytes; their numbers.
    for (const { file } of theirPlan) {
      const { status, body } = await problemOf(putFile(gateway, ourMachine, file))
      assert.deepEqual([status, body.type], [403, '/problems/linkage/other-municipality'])
    }
    const amid = await problemOf(patchFile(gateway, ourMachine, open, { from: 100 }))
    assert.deepEqual([amid.status, amid.body.type], [409, '/problems/linkage/no-upload'])
    const next = (await statusOf(ourMachine)).businesses.find(
      (one) => one.business === 'residents',
    )!.nextFileNo
    const specs = { person: 1, history: 1, branch: 0, variant: 0, latest: true, deleted: false, flaw: null }
    const foreign = fileOf(ours, fileInterfaces.residents, { fileNo: next, mode: 'full' }, [
      rowOf(fileInterfaces.residents, specs, 2, theirs),
    ])
    await push(ourMachine, foreign, foreign.csv.length)
    await gateway.queue.settled()
    const state = await push(ourMachine, foreign, foreign.csv.length)
    assert.ok(state?.state === 'refused')
    assert.match(state.receipt.errors[0]!.message, /ほかの団体/)
    // A certificate of ours, and a key of theirs, and the other way round.
    for (const [identity, signedWith] of [
      [ourMachine, theirMachine],
      [theirMachine, ourMachine],
    ] as const) {
      const { status, body } = await problemOf(putFile(gateway, identity, open, { over: { signedWith } }))
      assert.deepEqual([status, body.type], [403, '/problems/linkage/bad-signature'])
    }
    assert.deepEqual(await printOf(theirs), before)
  })

  const statusOf = async (identity: MachineIdentity, at = new Date()): Promise<LinkStatus> => {
    const { status, json } = await ask(identity, at)
    assert.equal(status, 200, JSON.stringify(json))
    return json as LinkStatus
  }
  const ask = (identity: MachineIdentity, at: Date): Promise<SendAnswer> =>
    sendMessage(gateway, identity, {
      ...{
        method: 'POST',
        path: linkPaths.status,
        body: { agentVersion: 'test', mode: 'production', unsent: {} },
      },
      over: { at },
    })

  test('clocks that differ by minutes do no harm; by hours is refused, with the reason', async () => {
    const town = await cloud.onboard(newTown(), '試験町')
    const machine = await enrolledAgent(cloud, gateway, town)
    const [{ file }] = planOf(town, fc.sample(history, { numRuns: 1, seed: 5 })[0]!) as [Planned]
    for (const minutes of [-5, -2, 0, 2, 5]) {
      const at = new Date(Date.now() + minutes * MINUTE)
      assert.ok((await statusOf(machine, at)).open)
      const { status } = await putFile(gateway, machine, file, { over: { at } })
      assert.equal(status, 200)
    }
    for (const minutes of [-26 * 60, -120, -60, 60, 120, 26 * 60]) {
      const at = new Date(Date.now() + minutes * MINUTE)
      for (const answer of [ask(machine, at), putFile(gateway, machine, file, { over: { at } })]) {
        const { status, body } = await problemOf(answer)
        assert.deepEqual([status, body.type], [403, '/problems/linkage/wrong-clock'])
        assert.match(body.title, /時計/)
      }
    }
  })
})
