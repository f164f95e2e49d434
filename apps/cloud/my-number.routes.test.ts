import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { Endpoint, RawInputOf } from '@open-bcl/core/endpoint.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { makeTown, residentsCsv } from '../../demo/town.ts'
import {
  assignMyNumberHolder,
  endMyNumberHolder,
  listMyNumberHolders,
  listTerminals,
  registerTerminal,
  revokeTerminal,
} from '@open-bcl/modules/access/terminals.contract.ts'
import { applyRemembering } from '@open-bcl/modules/linkage/apply.actions.ts'
import { changeMunicipalitySetting } from '@open-bcl/modules/municipalities/municipalities.contract.ts'
import { nextSeq } from '@open-bcl/modules/residents/intake.actions.ts'
import { listMyNumberLog, revealMyNumber } from '@open-bcl/modules/residents/my-numbers.contract.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import pg from 'pg'
import { testCloud, type Browser, type TestCloud } from './testing/town.ts'

const hida = '212172' as MunicipalityCode
const takayama = '212032' as MunicipalityCode
const town = makeTown({ households: 4 })
const [someone, other] = town.residents
const numberOf = (residentNo: string) => town.myNumbers.get(residentNo as never)!

const codeOf = (body: object): unknown => (body as { type?: string }).type?.replace('/problems/', '')

describe('個人番号', () => {
  let cloud: TestCloud
  let admin: Browser
  let clerk: Browser
  let auditor: Browser
  let holder: Browser
  let holderId: string
  before(async () => {
    cloud = await testCloud()
    await cloud.onboard(hida, '飛騨市')
    await cloud.onboard(takayama, '高山市')
    admin = await cloud.signIn(hida, 'admin')
    clerk = await cloud.signIn(hida, 'clerk')
    auditor = await cloud.signIn(hida, 'auditor')
  })
  after(() => cloud.close())
  /** The log is read in the order of time. */
  const later = () => {
    cloud.clock = new Date(cloud.clock.getTime() + 1_000)
  }

  /** A file as the gateway applies it; `bytes` in place of the town's own. */
  const send = (rows: AsyncIterable<Uint8Array>, origin: 'link' | 'hand' = 'link') => {
    later()
    return withCtx(
      { ...cloud.runtime, pool: cloud.database.linkage },
      { actor: { kind: 'machine', name: 'link' }, municipality: hida, traceId: 'test' },
      async (ctx) => {
        const seq = await nextSeq(ctx)
        const parts: Uint8Array[] = []
        for await (const part of rows) parts.push(part)
        const business = 'residents' as const
        const applied = await applyRemembering(
          ctx,
          {
            ...{ business, mode: 'full', origin, seq },
            async *open() {
              yield* parts
            },
          },
          1,
        )
        assert.equal(applied.state, 'applied')
        assert.equal(applied.badRows, 0)
        return applied
      },
    )
  }
  const wholeTown = (over: Partial<typeof town> = {}) =>
    residentsCsv({ ...town, ...over }, { myNumbers: true })

  let settings = 0
  const keep = async (kept: boolean): Promise<void> => {
    const setting = { key: 'my-number' as const, value: { kept } }
    const given = { fromOn: '2026-11-21', setting, settingsVersion: settings }
    settings = (await admin.get(changeMunicipalitySetting, given)).settingsVersion
  }

  /** Every value of every table, as text. */
  async function everything(): Promise<string> {
    const client = new pg.Client({ connectionString: cloud.database.urls.admin })
    await client.connect()
    const { rows: tables } = await client.query<{ name: string }>(
      `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')`,
    )
    const parts: string[] = []
    for (const { name } of tables) {
      const { rows } = await client.query<{ row: string }>(`select t::text as row from ${name} t`)
      parts.push(...rows.map(({ row }) => row))
    }
    await client.end()
    return parts.join('\n')
  }
  function assertNoNumberIn(text: string): void {
    for (const number of town.myNumbers.values()) {
      assert.equal(text.includes(number), false)
      assert.equal(text.includes(Buffer.from(number).toString('hex')), false)
    }
  }
  const stored = () =>
    cloud.as(hida, (ctx) =>
      ctx.tx.sql<{ held: bigint; ended: bigint; sealed: bigint }>(
        `select count(*) filter (where to_seq is null) as held, count(*) filter (where to_seq is not null) as ended,
                count(sealed) as sealed from residents.my_number where municipality_code = $1`,
        [hida],
      ),
    )

  /** A call of a browser that may also be a marked terminal; what the answer sets as cookie. */
  async function callAt<E extends Endpoint>(
    browser: Browser,
    endpoint: E,
    input: RawInputOf<E>,
    terminal = '',
  ): Promise<{ status: number; body: Record<string, unknown>; terminal: string }> {
    const answer = await cloud.app.inject({
      method: endpoint.method,
      url: endpoint.path,
      ...(endpoint.method === 'POST' ? { payload: input as object } : {}),
      headers: {
        cookie: terminal === '' ? browser.cookie : `${browser.cookie}; open_bcl_terminal=${terminal}`,
        'x-csrf-token': browser.csrfToken,
        'idempotency-key': uuidv7(),
      },
    })
    const marked = answer.cookies.find(({ name }) => name === 'open_bcl_terminal')
    return { status: answer.statusCode, body: answer.json(), terminal: marked?.value ?? '' }
  }
  const ask = async (browser: Browser, residentNo: string, terminal = ''): Promise<[number, unknown]> => {
    const input = { residentNo, purpose: 'disaster' as const }
    later()
    const { status, body } = await callAt(browser, revealMyNumber, input, terminal)
    return [status, body['myNumber'] ?? codeOf(body)]
  }
  const lastTouch = async () => (await auditor.get(listMyNumberLog, {})).touches[0]!

  test('a town that does not keep them keeps none, anywhere', async () => {
    const { notes } = (await send(wholeTown())) as { notes: readonly string[] }
    assert.match(notes.join(), /個人番号/)
    assertNoNumberIn(await everything())
    assert.deepEqual(await stored(), [{ held: 0n, ended: 0n, sealed: 0n }])
  })

  test('only a named person may ask, and nobody names himself', async () => {
    await cloud.as(hida, async (ctx) => {
      await ctx.tx.sql(
        `update access.staff set login_id = 'bango' where municipality_code = $1 and staff_id = (
        select staff_id from access.staff_role where municipality_code = $1 and role = 'clerk')`,
        [hida],
      )
    })
    const until = '2027-03-31'
    assert.deepEqual(await ask(clerk, someone!.residentNo), [403, 'platform/not-allowed'])
    const refused = await lastTouch()
    assert.deepEqual([refused.act, refused.reason, refused.residentNo], ['refused', 'permission', null])
    ;({ staffId: holderId } = await admin.get(assignMyNumberHolder, { loginId: 'bango', untilOn: until }))
    holder = await cloud.browserOf(hida, 'bango')
    const { holders } = await admin.get(listMyNumberHolders, {})
    assert.deepEqual(
      holders.map(({ staffId, untilOn }) => [staffId, untilOn]),
      [[holderId, until]],
    )
    await cloud.as(hida, async (ctx) => {
      await ctx.tx.sql(
        `update access.staff set login_id = 'kanri' where municipality_code = $1 and staff_id = (
        select staff_id from access.staff_role where municipality_code = $1 and role = 'admin')`,
        [hida],
      )
    })
    const self = await admin.call(assignMyNumberHolder, { loginId: 'kanri', untilOn: until })
    assert.equal(!self.ok && codeOf(self.problem), 'access/oneself')
    const endless = await admin.call(assignMyNumberHolder, { loginId: 'bango', untilOn: '2030-01-01' })
    assert.equal(!endless.ok && codeOf(endless.problem), 'access/until')
    const forbidden = await clerk.call(assignMyNumberHolder, { loginId: 'bango', untilOn: until })
    assert.equal(forbidden.status, 403)
  })

  test('while the town keeps none, nobody is shown any', async () => {
    assert.deepEqual(await ask(holder, someone!.residentNo), [409, 'my-numbers/off'])
    const { act, reason, residentNo } = await lastTouch()
    assert.deepEqual([act, reason, residentNo], ['refused', 'off', someone!.residentNo])
  })

  test('a town that turns it on has them sealed from its next file on, once', async () => {
    await keep(true)
    await send(wholeTown())
    const people = BigInt(town.residents.length)
    assert.deepEqual(await stored(), [{ held: people, ended: 0n, sealed: people }])
    assertNoNumberIn(await everything())
    const written = await lastTouch()
    assert.deepEqual([written.act, written.numbers], ['write', town.residents.length])
    await send(wholeTown())
    assert.deepEqual(await stored(), [{ held: people, ended: 0n, sealed: people }])
    assert.equal((await lastTouch()).logId, written.logId)
    // What staff load has no numbers, and says nothing of them.
    await send(wholeTown({ myNumbers: new Map() }), 'hand')
    assert.deepEqual(await stored(), [{ held: people, ended: 0n, sealed: people }])
  })

  let terminal = ''
  test('it is shown at a marked terminal only, and every refusal is logged', async () => {
    assert.deepEqual(await ask(holder, someone!.residentNo), [403, 'my-numbers/terminal'])
    assert.equal((await lastTouch()).reason, 'terminal')
    assert.equal((await callAt(holder, registerTerminal, { name: 'x' })).status, 403)
    const made = await callAt(admin, registerTerminal, { name: '市民課 2番' })
    terminal = made.terminal
    assert.equal(made.status, 200)
    assert.match(terminal, /^212172\.[\w-]{43}$/)
    assert.equal((await everything()).includes(terminal.slice(7)), false)
    const already = await callAt(admin, registerTerminal, { name: 'again' }, terminal)
    assert.equal(codeOf(already.body), 'access/terminal-already')
    assert.deepEqual(await ask(holder, someone!.residentNo, terminal), [200, numberOf(someone!.residentNo)])
    const { act, residentNo, purpose, terminalId, actor } = await lastTouch()
    assert.deepEqual(
      [act, residentNo, purpose, actor],
      ['read', someone!.residentNo, 'disaster', `staff:${hida}:${holderId}`],
    )
    assert.equal(terminalId, made.body['terminalId'])
    assert.deepEqual(await ask(holder, '999', terminal), [404, 'my-numbers/none'])
    assert.equal((await lastTouch()).reason, 'none')
    assert.deepEqual(await ask(holder, someone!.residentNo, `${hida}.guessed`), [403, 'my-numbers/terminal'])
  })

  test('the mark of another town’s terminal is none here', async () => {
    const neighbour = await cloud.signIn(takayama, 'admin')
    const made = await callAt(neighbour, registerTerminal, { name: '高山' })
    assert.deepEqual(await ask(holder, someone!.residentNo, made.terminal), [403, 'my-numbers/terminal'])
    const pretended = made.terminal.replace(takayama, hida)
    assert.deepEqual(await ask(holder, someone!.residentNo, pretended), [403, 'my-numbers/terminal'])
    const { terminals } = await neighbour.get(listTerminals, {})
    assert.equal(terminals.length, 1)
    const across = await neighbour.call(revokeTerminal, {
      terminalId: (await admin.get(listTerminals, {})).terminals[0]!.terminalId,
    })
    assert.equal(across.status, 404)
  })

  test('a changed number replaces the old one, which is erased; so are those of people who went away', async () => {
    const swapped = new Map(town.myNumbers)
    swapped.set(someone!.residentNo, numberOf(other!.residentNo))
    swapped.set(other!.residentNo, numberOf(someone!.residentNo))
    await send(wholeTown({ myNumbers: swapped }))
    assert.deepEqual(await ask(holder, someone!.residentNo, terminal), [200, numberOf(other!.residentNo)])
    const people = BigInt(town.residents.length)
    assert.deepEqual(await stored(), [{ held: people, ended: 2n, sealed: people }])
    const withoutOther = new Map(swapped)
    withoutOther.delete(other!.residentNo)
    await send(wholeTown({ myNumbers: withoutOther }))
    assert.deepEqual(await ask(holder, other!.residentNo, terminal), [404, 'my-numbers/none'])
    await send(wholeTown({ residents: town.residents.slice(1), history: [] }))
    assert.deepEqual(await ask(holder, someone!.residentNo, terminal), [404, 'my-numbers/none'])
    assert.deepEqual(await stored(), [{ held: people - 1n, ended: 4n, sealed: people - 1n }])
  })

  test('the log is cut by person and period, and goes on where a page ended, even within one moment', async () => {
    const { touches: all } = await auditor.get(listMyNumberLog, {})
    assert.ok(all.length > 6)
    const twins = all.findIndex(({ at }, i) => at === all[i + 1]?.at)
    assert.ok(twins >= 0, 'one file both writes and erases')
    for (const last of [0, twins, all.length - 1]) {
      const { at, logId } = all[last]!
      const { touches } = await auditor.get(listMyNumberLog, { olderThan: { at, logId } })
      assert.deepEqual(touches, all.slice(last + 1))
    }
    const mine = await auditor.get(listMyNumberLog, { residentNo: other!.residentNo })
    assert.deepEqual(
      mine.touches,
      all.filter(({ residentNo }) => residentNo === other!.residentNo),
    )
    const { at: from } = all[5]!
    const { at: to } = all[2]!
    const span = await auditor.get(listMyNumberLog, { from, to })
    assert.deepEqual(
      span.touches,
      all.filter(({ at }) => at >= from && at < to),
    )
    assert.equal(all.find(({ act }) => act === 'write')!.actorName, 'システム')
    const read = all.find(({ act }) => act === 'read')!
    assert.deepEqual([read.actorName, read.terminalName], ['試験 clerk', '市民課 2番'])
    const neighbour = await cloud.signIn(takayama, 'auditor')
    assert.deepEqual(
      (await neighbour.get(listMyNumberLog, {})).touches.filter(({ act }) => act === 'read'),
      [],
    )
  })

  test('nothing that is kept, logged or told beside the answer holds a number', async () => {
    assertNoNumberIn(await everything())
    assertNoNumberIn(cloud.logLines.join('\n'))
    assertNoNumberIn(JSON.stringify(await auditor.get(listMyNumberLog, {})))
  })

  test('a revoked terminal, and a person whose time is over, are shown nothing from the next moment on', async () => {
    const { terminalId } = (await admin.get(listTerminals, {})).terminals[0]!
    assert.equal((await admin.get(revokeTerminal, { terminalId })).revoked, true)
    assert.deepEqual(await ask(holder, other!.residentNo, terminal), [403, 'my-numbers/terminal'])
    await admin.get(endMyNumberHolder, { staffId: holderId })
    assert.deepEqual(await ask(holder, other!.residentNo, terminal), [403, 'platform/not-allowed'])
    assert.equal((await admin.call(endMyNumberHolder, { staffId: holderId })).status, 404)
  })

  test('what a town kept before it turned it off is erased with its next file', async () => {
    await keep(false)
    await send(wholeTown())
    const [row] = await stored()
    assert.deepEqual([row!.held, row!.sealed], [0n, 0n])
    assert.equal((await lastTouch()).act, 'erase')
  })
})
