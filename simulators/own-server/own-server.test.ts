import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import {
  exchangeClient,
  type ExchangeClient,
  type ExchangeKindCode,
} from '@open-bcl/modules/certificates/exchange.contract.ts'
import { machineClient, RemoteProblem, RemoteUnreachable } from '@open-bcl/platform/machine-client.ts'
import { extractPages } from '@open-bcl/platform/pdf/readback.ts'
import { createAuthority, issueIdentity, type MachineIdentity } from '@open-bcl/platform/pki.ts'
import { start, type OwnServer } from './main.ts'

const TAKAYAMA = '212032'
const SKI = 'ab'.repeat(20)
const today = new Date()
/** A Friday noon in Japan, on the machine's own clock where TLS looks. */
let clock = new Date(today)
let folder: string
let server: OwnServer
let center: MachineIdentity
let stranger: MachineIdentity
let client: ExchangeClient
const closing: (() => void)[] = []

const newId = (): string => randomBytes(16).toString('hex')
const cardOf = (serial: string) => ({ issuerSki: SKI, serial })

function clientOf(identity: MachineIdentity): ExchangeClient {
  const machine = machineClient({ origin: server.origin, identity, now: () => clock, timeoutMs: 20_000 })
  closing.push(() => machine.close())
  return exchangeClient(machine.send)
}

async function begin(roundTheClock: boolean): Promise<void> {
  server = await start({
    ...{ folder, identity: await own(), centerCertificatePem: center.certificatePem, port: 0, pagePort: 0 },
    ...{ roundTheClock, now: () => clock, cacheDir: path.resolve(import.meta.dirname, '../../.cache') },
  })
  client = clientOf(center)
}

let authority: Awaited<ReturnType<typeof createAuthority>>
const own = () => identityOf('own-server', ['server'])
async function identityOf(name: string, uses: ('server' | 'client')[]): Promise<MachineIdentity> {
  return await issueIdentity(authority, {
    ...{ machineName: `urn:open-bcl:${name}`, uses, now: today, validDays: 7 },
    hosts: uses.includes('server') ? ['localhost', '127.0.0.1'] : [],
  })
}

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'open-bcl-own-'))
  authority = await createAuthority({ name: 'test', now: today, validDays: 30 })
  center = await identityOf('center', ['client'])
  stranger = await identityOf('agent:212032', ['client'])
  await begin(true)
  for (const [serial, personId] of [
    ['1', 'kubo-ichiro'],
    ['2', 'kubo-ren'],
    ['3', 'mori-aki'],
  ] as const)
    await server.issuing.bind({ ...cardOf(serial), personId, reach: 'resident' })
})
after(async () => {
  for (const close of closing) close()
  await server.close()
  await rm(folder, { recursive: true })
})

async function signIn(serial: string): Promise<string> {
  const sessionId = newId()
  const answer = await client.authenticateCard({
    ...{ municipalityCode: TAKAYAMA, sessionId, certificate: cardOf(serial) },
  })
  assert.equal(answer.kind, 'accepted')
  return sessionId
}

type Walked = { readonly text: string; readonly pages: string[]; readonly transactionId: string }

/** The whole way to `printed`, with the text of the paper as it is read back. */
async function walk(
  sessionId: string,
  kind: ExchangeKindCode,
  choose: (
    choices: { name: string; options: { value: string; ja: string }[] }[],
  ) => Record<string, unknown> = () => ({}),
  copies = 1,
): Promise<Walked> {
  const about = { municipalityCode: TAKAYAMA, sessionId, kind }
  const subjects = await client.listSubjects(about)
  assert.ok(subjects.kind === 'subjects', JSON.stringify(subjects))
  const { subjectId } = subjects.subjects[0]!
  const offered = await client.listChoices({ ...about, subjectId })
  assert.ok(offered.kind === 'choices')
  const transactionId = newId()
  const choices = choose(offered.choices) as never
  const order = { ...about, subjectId, transactionId, copies, choices, kioskId: 'k1' }
  const quoted = await client.quoteIssue(order)
  assert.ok(quoted.kind === 'quoted', JSON.stringify(quoted))
  assert.equal(quoted.totalYen, quoted.feeYen * copies)
  const issue = { municipalityCode: TAKAYAMA, transactionId }
  const built = await client.buildIssue(issue)
  const delivered = await client.deliverIssue(issue)
  assert.ok(built.kind === 'built' && delivered.kind === 'delivered')
  assert.equal(built.sha256, delivered.sha256)
  const pages = extractPages(Buffer.from(delivered.pdfBase64, 'base64')).map((page) =>
    page.replace(/\s/gu, ''),
  )
  assert.equal(pages.length, quoted.pages)
  for (const page of pages) assert.ok(page.includes(transactionId), 'the transaction id stands on every page')
  const paid = await client.confirmPaid({ ...issue, paidYen: quoted.totalYen })
  const printed = await client.confirmPrinted(issue)
  assert.ok(paid.kind === 'standing' && printed.kind === 'standing' && printed.state === 'printed')
  return { text: pages.join('\n'), pages, transactionId }
}

describe('each kind, from card to paper', () => {
  test('住民票 of the chosen members, with what was asked for and nothing else', async () => {
    const sessionId = await signIn('1')
    const alone = await walk(sessionId, 'juminhyo')
    assert.match(alone.text, /久保一朗/)
    assert.doesNotMatch(alone.text, /久保奈央|続柄|本籍/)
    assert.match(alone.text, /世帯一部の住民票/)
    const all = await walk(sessionId, 'juminhyo', (choices) => ({
      members: choices.find((one) => one.name === 'members')!.options.map((one) => one.value),
      relation: 'yes',
    }))
    for (const name of ['久保一朗', '久保奈央', '久保蓮', '続柄', '世帯全員の住民票'])
      assert.match(all.text, new RegExp(name))
  })

  test('戸籍全部事項証明 and 戸籍個人事項証明, 附票, 印鑑, 税', async () => {
    const sessionId = await signIn('1')
    const all = await walk(sessionId, 'koseki')
    for (const words of ['全部事項証明', '久保一朗', '久保奈央', '久保蓮', '婚姻日', '事項の全部を証明'])
      assert.match(all.text, new RegExp(words))
    const some = await walk(sessionId, 'koseki', (choices) => ({
      paper: 'some',
      members: [choices.find((one) => one.name === 'members')!.options[2]!.value],
    }))
    assert.match(some.text, /個人事項証明/)
    assert.match(some.text, /久保蓮/)
    assert.doesNotMatch(some.text, /久保奈央.*生年月日昭和53年9月2日/)
    const addresses = await walk(sessionId, 'fuhyo')
    assert.match(addresses.text, /生年月日/)
    assert.doesNotMatch(addresses.text, /本籍/)
    assert.match((await walk(sessionId, 'fuhyo', () => ({ domicile: 'yes' }))).text, /本籍/)
    assert.match((await walk(sessionId, 'inkan')).text, /登録されている印影と相違ない/)
    assert.match((await walk(sessionId, 'tax')).text, /4,120,000円/)
  })

  test('each copy has a number of its own', async () => {
    const sessionId = await signIn('1')
    const { pages, transactionId } = await walk(sessionId, 'inkan', () => ({}), 3)
    const numbers = [1, 2, 3].map((n) => `${transactionId.slice(0, 8)}-${n}`)
    assert.deepEqual(
      pages.map((page, at) => page.includes(numbers[at]!)),
      [true, true, true],
    )
  })
})

describe('who gets nothing', () => {
  const codeOf = (answer: { kind: string; code?: number }) => (answer.kind === 'refused' ? answer.code : 0)
  const authenticate = async (serial: string) =>
    codeOf(
      await client.authenticateCard({
        ...{ municipalityCode: TAKAYAMA, sessionId: newId(), certificate: cardOf(serial) },
      }),
    )

  test('an unknown card, a child, a person who is blocked', async () => {
    assert.equal(await authenticate('999'), 201)
    assert.equal(await authenticate('2'), 202)
    const sessionId = await signIn('3')
    const about = { municipalityCode: TAKAYAMA, sessionId, kind: 'juminhyo' } as const
    assert.equal(codeOf(await client.listSubjects(about)), 300)
  })

  test('another session’s handles, another town, a kind that is not issued, a choice that is not offered', async () => {
    const mine = await signIn('1')
    const other = await signIn('1')
    const about = { municipalityCode: TAKAYAMA, kind: 'koseki' } as const
    const subjects = await client.listSubjects({ ...about, sessionId: mine })
    assert.ok(subjects.kind === 'subjects')
    const { subjectId } = subjects.subjects[0]!
    assert.equal(codeOf(await client.listChoices({ ...about, sessionId: other, subjectId })), 300)
    const order = { ...about, sessionId: mine, subjectId, transactionId: newId(), copies: 1, kioskId: 'k1' }
    assert.equal(codeOf(await client.quoteIssue({ ...order, choices: { paper: 'removed' } })), 606)
    assert.equal(codeOf(await client.quoteIssue({ ...order, choices: { members: ['kubo-ichiro'] } })), 606)
    assert.equal(codeOf(await client.listSubjects({ ...about, sessionId: mine, kind: 'risai' })), 506)
    const elsewhere = { municipalityCode: '212172', sessionId: mine, kind: 'koseki' } as const
    await assert.rejects(
      client.listSubjects(elsewhere),
      (error) => error instanceof RemoteProblem && error.status === 404,
    )
    await assert.rejects(
      client.buildIssue({ municipalityCode: TAKAYAMA, transactionId: newId() }),
      RemoteProblem,
    )
  })

  test('the same transaction id with another request is refused, with the same one answered the same', async () => {
    const sessionId = await signIn('1')
    const about = { municipalityCode: TAKAYAMA, sessionId, kind: 'inkan' } as const
    const subjects = await client.listSubjects(about)
    assert.ok(subjects.kind === 'subjects')
    const order = {
      ...about,
      subjectId: subjects.subjects[0]!.subjectId,
      transactionId: newId(),
      copies: 1,
      kioskId: 'k1',
    }
    const both = await Promise.all([client.quoteIssue(order), client.quoteIssue(order)])
    assert.deepEqual(both[0], both[1])
    assert.equal(codeOf(await client.quoteIssue({ ...order, copies: 2 })), 605)
    const issue = { municipalityCode: TAKAYAMA, transactionId: order.transactionId }
    await client.buildIssue(issue)
    const delivered = await Promise.all([client.deliverIssue(issue), client.deliverIssue(issue)])
    assert.deepEqual(delivered[0], delivered[1])
    assert.equal(codeOf(await client.confirmPrinted(issue)), 604, 'unpaid paper is not printed')
    await client.abortIssue({ ...issue, stage: 'pay', reason: 'user' })
    assert.equal(codeOf(await client.confirmPaid({ ...issue, paidYen: 300 })), 603)
  })

  test('a machine that is not the registered centre, though its certificate is of the same authority', async () => {
    await assert.rejects(
      clientOf(stranger).heartbeat({}),
      (error) => error instanceof RemoteProblem && error.status === 401,
    )
    const foreign = await createAuthority({ name: 'foreign', now: today, validDays: 30 })
    const unknown = await issueIdentity(foreign, {
      ...{ machineName: 'urn:open-bcl:center', uses: ['client'], hosts: [], now: today, validDays: 7 },
    })
    const outside = clientOf({ ...unknown, authorityPem: center.authorityPem })
    await assert.rejects(outside.heartbeat({}), RemoteUnreachable)
  })
})

describe('住所地≠本籍地', () => {
  const sato = {
    ...{
      registeredDomicile: '岐阜県 高山市上一之町１００番地',
      headOfRegister: '佐藤太郎',
      name: '佐藤　太郎',
    },
    ...{ birthOn: '1978-05-12', phone: '0577-00-0000' },
  }
  const apply = (serial: string, words: object = {}, applicationId = newId()) =>
    client.applyForUse({
      ...{ municipalityCode: TAKAYAMA, applicationId, certificate: cardOf(serial), ...sato },
      ...words,
    } as never)
  const desk = async (applicationId: string, word: 'approve' | 'decline') =>
    (await fetch(`${server.url}/api/applications/${applicationId}/${word}`, { method: 'POST' })).status

  test('a card is unknown until the town’s staff approved the 利用登録, and then opens 戸籍 and 附票 alone', async () => {
    const first = await client.authenticateCard({
      ...{ municipalityCode: TAKAYAMA, sessionId: newId(), certificate: cardOf('77') },
    })
    assert.ok(first.kind === 'refused' && first.code === 201)
    const applicationId = newId()
    const waiting = await apply('77', {}, applicationId)
    assert.ok(waiting.kind === 'application' && waiting.state === 'waiting')
    assert.deepEqual(await apply('77', {}, applicationId), waiting, 'asked again')
    const swapped = await apply('78', {}, applicationId)
    assert.ok(swapped.kind === 'refused' && swapped.code === 605, 'another card under the same number')
    const before = await client.authenticateCard({
      ...{ municipalityCode: TAKAYAMA, sessionId: newId(), certificate: cardOf('77') },
    })
    assert.equal(before.kind, 'refused')
    assert.equal(await desk(applicationId, 'approve'), 200)
    assert.equal(await desk(applicationId, 'decline'), 409, 'decided once')
    const sessionId = await signIn('77')
    assert.match((await walk(sessionId, 'koseki')).text, /佐藤花子/)
    assert.match((await walk(sessionId, 'fuhyo')).text, /岐阜県飛騨市古川町/)
    for (const kind of ['juminhyo', 'inkan', 'tax'] as const) {
      const answer = await client.listSubjects({ municipalityCode: TAKAYAMA, sessionId, kind })
      assert.ok(answer.kind === 'refused' && answer.code === 300, kind)
    }
  })

  test('who is in no register of the town cannot be approved, and is told no more than anybody', async () => {
    const applicationId = newId()
    const answer = await apply('88', { name: '誰か　ちがう' }, applicationId)
    assert.ok(answer.kind === 'application' && answer.state === 'waiting')
    assert.equal(await desk(applicationId, 'approve'), 409)
    assert.equal(await desk(applicationId, 'decline'), 200)
    const told = await apply('88', { name: '誰か　ちがう' }, applicationId)
    assert.ok(told.kind === 'application' && told.state === 'declined')
  })

  test('after a restart the registered card is still known', async () => {
    for (const close of closing.splice(0)) close()
    await server.close()
    await begin(false)
    clock = friday('12:00')
    await signIn('77')
  })
})

/** The next Friday at a time of the day in Japan. */
function friday(time: string): Date {
  const date = new Date(today.getTime() + 9 * 3_600_000)
  date.setUTCDate(date.getUTCDate() + ((5 - date.getUTCDay() + 7) % 7))
  return new Date(`${date.toISOString().slice(0, 10)}T${time}:00+09:00`)
}

test('戸籍 keeps office hours while 住民票 goes on into the evening', async () => {
  const kinds = async () =>
    (await client.getServiceMenu({ municipalityCode: TAKAYAMA, onDate: '2026-11-21' })).kinds.map(
      (one) => one.kind,
    )
  clock = friday('17:14')
  assert.deepEqual(await kinds(), ['juminhyo', 'inkan', 'tax', 'koseki', 'fuhyo'])
  clock = friday('17:15')
  assert.deepEqual(await kinds(), ['juminhyo', 'inkan', 'tax'])
  clock = new Date(friday('12:00').getTime() + 86_400_000)
  assert.deepEqual(await kinds(), ['juminhyo', 'inkan', 'tax'], 'a Saturday')
  clock = friday('23:00')
  const menu = await client.getServiceMenu({ municipalityCode: TAKAYAMA, onDate: '2026-11-21' })
  assert.equal(menu.closed?.code, 501)
})

test('the centre’s stop is kept by its id, and lifted by it alone', async () => {
  clock = friday('12:00')
  const about = { municipalityCode: TAKAYAMA, reason: 'failure' } as const
  const [one, two] = [newId(), newId()]
  assert.equal((await client.setMaintenance({ ...about, stopId: one, stopped: true })).issuing, false)
  await client.setMaintenance({ ...about, stopId: two, stopped: true })
  assert.equal((await client.setMaintenance({ ...about, stopId: one, stopped: false })).issuing, false)
  const menu = await client.getServiceMenu({ municipalityCode: TAKAYAMA, onDate: '2026-11-21' })
  assert.equal(menu.closed?.code, 502)
  assert.equal((await client.setMaintenance({ ...about, stopId: two, stopped: false })).issuing, true)
})
