import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { fillPath, type Endpoint } from '@open-bcl/core/endpoint.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { canaries } from '@open-bcl/demo/people.ts'
import { makeTown } from '@open-bcl/demo/town.ts'
import { cloudEndpoints } from '../../apps/cloud/compose.ts'
import { loadTown } from '../../apps/cloud/testing/load-town.ts'
import { Stranger } from '../../apps/cloud/testing/stranger.ts'
import { testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { getSession, signOut } from '../access/access.contract.ts'
import * as staff from '../access/staff.contract.ts'
import { listLinkFiles } from '../linkage/linkage.contract.ts'
import * as residents from '../residents/versions.contract.ts'
import * as contract from './break-glass.contract.ts'
import { keepGrant, type GrantStanding, type GrantWord } from './grants.actions.ts'
import { approver, asker, codeAndSha, wordOf } from './testing/word.ts'

const MINUTE = 60_000

describe('運用者による緊急閲覧', () => {
  const town = makeTown({ households: 60 })
  const sato = town.people['satoTaro']!
  const mother = town.people['motherInHiding']!
  let cloud: TestCloud
  let hida: MunicipalityCode
  let takayama: MunicipalityCode
  let admin: Browser

  before(async () => {
    cloud = await testCloud()
    hida = await cloud.onboard('212172', '飛騨市')
    takayama = await cloud.onboard('212032', '高山市')
    await loadTown(cloud, town)
    admin = await cloud.signIn(hida, 'admin')
  })
  after(() => cloud.close())

  const tell = (word: GrantWord, code = hida): Promise<GrantStanding> =>
    cloud.as(code, (ctx) => keepGrant(ctx, word))
  const later = (ms: number): void => {
    cloud.clock = new Date(cloud.clock.getTime() + ms)
  }
  /** Told, with a code for it. */
  async function granted(changed: Partial<GrantWord> = {}): Promise<{ word: GrantWord; code: string }> {
    const { code, codeSha } = codeAndSha()
    const word = wordOf(cloud.clock, { codeSha, ...changed })
    await tell({ ...word, codeSha: null })
    await tell(word)
    return { word, code }
  }
  async function enter(code: string, municipalityCode: string = hida) {
    const browser = new Stranger(cloud)
    return { browser, answer: await browser.call(contract.enterBreakGlass, { municipalityCode, code }) }
  }
  async function inside(): Promise<{ word: GrantWord; browser: Stranger; code: string }> {
    const { word, code } = await granted()
    const { browser, answer } = await enter(code)
    assert.ok(answer.ok, JSON.stringify(answer.body))
    return { word, browser, code }
  }
  const isRefused = (answer: {
    readonly status: number
    readonly problem: { readonly type: string }
  }): string => `${answer.status} ${answer.problem.type.replace('/problems/', '')}`
  const unknown = '422 break-glass/code-unknown'
  const of = ({ grantId }: GrantWord): { grantId: string } => ({ grantId })

  test('the town is told at once: everybody by the band, the administrator who, why and until when', async () => {
    const { word } = await granted()
    const clerk = await cloud.signIn(hida, 'clerk')
    const { open } = await clerk.get(contract.listOpenBreakGlass, {})
    assert.deepEqual(open, [
      {
        ...{ grantNo: word.grantNo, askedBy: asker.name, purpose: 'town-hall-lost', inside: false },
        untilAt: word.untilAt.toISOString(),
      },
    ])
    const { grants } = await admin.get(contract.listBreakGlass, {})
    const mine = grants.find(({ grantId }) => grantId === word.grantId)
    assert.deepEqual(
      [mine?.askedBy, mine?.approvedBy, mine?.reason, mine?.ticket, mine?.state],
      [asker.name, approver.name, word.reason, word.ticket, 'waiting'],
    )
    assert.equal((await clerk.call(contract.endBreakGlass, of(word))).status, 403)
    await admin.get(contract.endBreakGlass, of(word))
  })

  test('inside, people are searched and read, and who is in hiding stays hidden', async () => {
    const { word, browser } = await inside()
    const session = await browser.get(getSession, {})
    assert.match(session.user.displayName, new RegExp(`${asker.name}.*第${word.grantNo}号`))
    const found = await browser.get(residents.searchVersions, {
      residentNo: sato.residentNo,
      purpose: 'link-check',
    })
    assert.equal(found.people[0]?.person?.name, sato.name.full)
    const texts: string[] = []
    for (const residentNo of [mother.residentNo, sato.residentNo]) {
      texts.push(
        JSON.stringify(await browser.get(residents.searchVersions, { residentNo, purpose: 'link-check' })),
        JSON.stringify(await browser.get(residents.revealAsOf, { residentNo, purpose: 'link-check' })),
      )
      const { versions } = await browser.get(residents.listVersions, { residentNo })
      const { versionId } = versions.at(-1)!
      const reveal = { residentNo, versionId, purpose: 'link-check' } as const
      texts.push(JSON.stringify(await browser.get(residents.revealVersions, reveal)))
    }
    assert.deepEqual(
      canaries.filter((place) => texts.some((text) => text.includes(place))),
      [],
    )
    assert.ok(
      texts.some((text) => text.includes(sato.address.number)),
      'who is not in hiding is read',
    )
    await browser.get(listLinkFiles, {})

    const one = await admin.get(contract.getBreakGlass, of(word))
    const looked = one.acts.filter(({ residentNos }) => residentNos.includes(mother.residentNo))
    assert.ok(looked.length >= 3, JSON.stringify(one.acts))
    const standing = await tell(word)
    assert.equal(standing.state, 'inside')
    assert.equal(standing.acts.length, one.acts.length)
    const trail = await cloud.as(hida, (ctx) =>
      ctx.tx.sql<{ name: string }>(
        `select distinct p.display_name as name from access.audit a
           join access.staff p on p.municipality_code = $1 and a.actor = 'staff:' || $1 || ':' || p.staff_id
          where a.municipality_code = $1 and a.event = 'residents.versions-searched'`,
        [hida],
      ),
    )
    assert.deepEqual(trail, [{ name: `運用者　${asker.name}（緊急閲覧 第${word.grantNo}号）` }])
    await admin.get(contract.endBreakGlass, of(word))
  })

  test('of all endpoints of the cloud only the named readings answer, and none that writes', async () => {
    const { word, browser } = await inside()
    const endpoints = cloudEndpoints().filter(({ permission }) => permission !== 'public')
    const open: string[] = []
    for (const endpoint of endpoints) {
      if (endpoint.name === 'signOut') continue
      const { status, problem } = await browser.call(endpoint, idsOf(endpoint) as never)
      if (status === 403 && problem.type.endsWith('platform/not-allowed')) continue
      assert.ok(status < 500, `${endpoint.name}: ${status}`)
      open.push(endpoint.name)
    }
    assert.deepEqual(open.toSorted(), [
      'getGate',
      'getLinkFileErrors',
      'getSession',
      'listLinkAlarms',
      'listLinkBadRows',
      'listLinkDays',
      'listLinkFiles',
      'listOpenBreakGlass',
      'listVersions',
      'revealAsOf',
      'revealVersions',
      'searchVersions',
    ])
    const reading = endpoints.filter(({ name }) => open.includes(name))
    assert.deepEqual(
      reading
        .filter(
          ({ method, reads, produces }) => (method !== 'GET' && reads !== true) || produces !== undefined,
        )
        .map(({ name }) => name),
      [],
      'none of them writes or gives a file',
    )
    await browser.get(signOut, {})
    assert.equal((await browser.call(getSession, {})).status, 401)
    await admin.get(contract.endBreakGlass, of(word))
  })
  const idsOf = ({ path }: Endpoint): Record<string, string> => {
    const ids = Object.fromEntries([...path.matchAll(/:([A-Za-z]+)/g)].map(([, name]) => [name!, uuidv7()]))
    assert.equal(typeof fillPath(path, ids).path, 'string')
    return ids
  }

  test('the town ends it while somebody looks: the very next request is refused, and the code opens nothing', async () => {
    const { word, browser, code } = await inside()
    assert.equal((await browser.call(residents.listVersions, { residentNo: sato.residentNo })).status, 200)
    await admin.get(contract.endBreakGlass, of(word))
    assert.equal((await browser.call(residents.listVersions, { residentNo: sato.residentNo })).status, 401)
    assert.equal(isRefused((await enter(code)).answer), unknown)
    const standing = await tell(word)
    assert.deepEqual([standing.state, standing.ended?.kind], ['ended', 'town'], 'told again, it stays ended')
  })

  test('a code opens once, of two at once one, in its own town, within its minutes', async () => {
    const { code, word } = await granted()
    const both = await Promise.all([enter(code), enter(code)])
    assert.deepEqual(
      both.map(({ answer }) => answer.status).toSorted((a, b) => a - b),
      [200, 422],
    )
    assert.equal(isRefused((await enter(code)).answer), unknown)
    await admin.get(contract.endBreakGlass, of(word))

    const second = await granted()
    assert.equal(isRefused((await enter(second.code, takayama)).answer), unknown, 'of another town')
    later(15 * MINUTE)
    assert.equal(isRefused((await enter(second.code)).answer), unknown, 'too late')
    const newer = codeAndSha()
    await tell({ ...second.word, codeSha: newer.codeSha })
    assert.equal(isRefused((await enter(second.code)).answer), unknown, 'another was shown since')
    assert.equal((await enter(newer.code)).answer.status, 200)
    await admin.get(contract.endBreakGlass, of(second.word))
    const tried = await cloud.as(hida, (ctx) =>
      ctx.tx.sql(
        `select 1 from access.audit where municipality_code = $1 and event = 'break-glass.refused' and facts ->> 'grantNo' = $2`,
        [hida, String(second.word.grantNo)],
      ),
    )
    assert.equal(tried.length, 1, 'the town sees that a code was tried again')
  })

  test('it ends by itself', async () => {
    const { word, browser } = await inside()
    later(59 * MINUTE)
    assert.equal((await browser.call(getSession, {})).status, 200)
    later(MINUTE)
    assert.equal((await browser.call(getSession, {})).status, 401)
    admin = await cloud.signIn(hida, 'admin')
    const one = await admin.get(contract.getBreakGlass, of(word))
    assert.deepEqual([one.state, one.ended?.kind], ['ended', 'time'])
    const standing = await tell(word)
    assert.deepEqual([standing.ended?.kind, standing.ended?.at], ['time', word.untilAt])
  })

  test('what is told is nothing but what two people may open, and never changes', async () => {
    const word = wordOf(cloud.clock)
    const wrong = (changed: Partial<GrantWord>): Promise<void> =>
      assert.rejects(tell({ ...word, ...changed }), /invalid-input/)
    await wrong({ approvedBy: asker })
    await wrong({ untilAt: new Date(cloud.clock.getTime() + 241 * MINUTE) })
    await wrong({ untilAt: cloud.clock })
    // A centre whose clock is a day ahead; one that is a day behind tells of what is over.
    const day = 24 * 60 * MINUTE
    await wrong({
      approvedAt: new Date(cloud.clock.getTime() + day),
      untilAt: new Date(cloud.clock.getTime() + day + 60 * MINUTE),
    })
    const { code, codeSha } = codeAndSha()
    const past = new Date(cloud.clock.getTime() - day)
    const behind = wordOf(past, { codeSha })
    assert.equal((await tell(behind)).state, 'ended')
    assert.equal(isRefused((await enter(code)).answer), unknown)

    assert.equal((await tell(word)).state, 'waiting')
    await wrong({ untilAt: new Date(word.untilAt.getTime() + MINUTE) })
    await wrong({ askedBy: { ...asker, name: '別の人' } })
    await wrong({ reason: '別の理由' })
    await tell({ ...word, open: false, endedBy: asker.name })
    const again = await tell({ ...word, codeSha })
    assert.deepEqual([again.state, again.ended?.kind], ['ended', 'operator'])
    assert.equal(isRefused((await enter(code)).answer), unknown, 'what was ended is not opened again')
  })

  test('both sides write the review, each once; until then it is shown', async () => {
    const { word } = await inside()
    const note = '見られたのは障害の調査に必要な範囲だった'
    const early = await admin.call(contract.reviewBreakGlass, { grantId: word.grantId, note })
    assert.equal(early.ok, false)
    await admin.get(contract.endBreakGlass, of(word))
    const { toReview } = await admin.get(contract.listOpenBreakGlass, {})
    assert.ok(toReview > 0)
    await admin.get(contract.reviewBreakGlass, { grantId: word.grantId, note })
    const again = await admin.call(contract.reviewBreakGlass, { grantId: word.grantId, note: '書き直し' })
    assert.equal(again.ok, false)
    assert.equal((await admin.get(contract.listOpenBreakGlass, {})).toReview, toReview - 1)
    const review = { by: approver.name, at: cloud.clock, note: '申請の理由に合っていた' }
    const standing = await tell({ ...word, review })
    assert.equal(standing.townReview?.note, note)
    await tell({ ...word, review: { ...review, note: '書き直し' } })
    const one = await admin.get(contract.getBreakGlass, of(word))
    assert.equal(one.operatorReview?.note, review.note)
    const neighbour = await cloud.signIn(takayama, 'admin')
    const elsewhere = await neighbour.call(contract.getBreakGlass, of(word))
    assert.equal(elsewhere.status, 404)
  })

  test('the town’s administrator neither renames the account nor signs in with it', async () => {
    const { word } = await inside()
    const { staffId } = await admin.get(contract.getBreakGlass, of(word))
    const account = await admin.get(staff.getStaff, { staffId: staffId! })
    const known = { staffId: account.staffId, version: account.version }
    for (const answer of [
      await admin.call(staff.changeStaff, { ...known, displayName: '別人', department: '別の課' }),
      await admin.call(staff.renewInitialPassword, known),
      await admin.call(staff.resumeStaff, known),
      await admin.call(staff.assignStaffRole, {
        ...{ ...known, role: 'admin', fromOn: '2026-12-01', untilOn: null, disasterId: null },
      }),
      await admin.call(staff.registerStaff, {
        ...{ loginId: 'kinkyu.9', displayName: '偽　運用者', department: 'BCL運用者', roles: [] },
        ...{ fromOn: '2026-12-01', untilOn: null },
      }),
    ])
      assert.equal(answer.ok, false)
    await admin.get(contract.endBreakGlass, of(word))
  })
})
