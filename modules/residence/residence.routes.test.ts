import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode, PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import type { RawInputOf } from '@open-bcl/core/endpoint.ts'
import { makeTown } from '@open-bcl/demo/town.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { extractPages } from '@open-bcl/platform/pdf/readback.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { loadTown } from '../../apps/cloud/testing/load-town.ts'
import { ISSUE_OPTIONS } from '../municipalities/municipalities.ts'
import { testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import * as contract from '../certificates/certificates.contract.ts'
import type { Channel } from '../certificates/certificates.ts'
import type { Choices } from '../certificates/choices.ts'
import { changeMunicipalitySetting } from '../municipalities/municipalities.actions.ts'
import { participationOfPattern } from '../municipalities/municipalities.ts'
import { openEntryIntake } from '../registers/intake.actions.ts'
import { checkedRow, sampleRow } from '../registers/testing/rows.ts'
import { nextSeq } from '../residents/intake.actions.ts'
import type { ResidentRecord } from '../residents/residents.ts'
import { loadResidents } from '../residents/testing/load.ts'
import { juminhyoKind, kisaiKind } from './residence.actions.ts'

const hida = '212172' as MunicipalityCode
const takayama = '212032' as MunicipalityCode
const town = makeTown({ households: 60 })
const person = (key: string): ResidentRecord => town.people[key]!
const numberOf = (key: string): string => person(key).residentNo
const newId = (): string => randomBytes(16).toString('hex')
/** Nobody in the demonstration is without a household. */
const homeless: ResidentRecord = {
  ...person('onoHiroko'),
  residentNo: '9001' as ResidentNo,
  householdNo: null,
}

/** Lives in 高山市. */
const neighbour: ResidentRecord = { ...person('satoTaro'), residentNo: '9002' as ResidentNo }

describe('住民票の写し', () => {
  let cloud: TestCloud
  let clerk: Browser
  before(async () => {
    cloud = await testCloud({ pdf: true })
    await cloud.onboard(hida, '飛騨市')
    await cloud.onboard(takayama, '高山市')
    await loadTown(cloud, town)
    await asLink(async (ctx) => {
      await loadResidents(ctx, 'delta', [{ record: homeless }])
    })
    await asLink(async (ctx) => {
      await loadResidents(ctx, 'full', [{ record: neighbour }])
    }, takayama)
    await cloud.as(hida, async (ctx) => {
      const { issues, ...rest } = participationOfPattern('A1')
      await changeMunicipalitySetting(ctx, {
        fromOn: '2026-04-01' as PlainDate,
        setting: { key: 'participation', value: { ...rest, issues: { ...issues, kisai: 'bcl' } } },
        settingsVersion: 0,
      })
      await changeMunicipalitySetting(ctx, {
        fromOn: '2026-04-01' as PlainDate,
        setting: { key: 'mayor', value: { title: '飛騨市長', name: '見本　一郎' } },
        settingsVersion: 1,
      })
    })
    clerk = await cloud.signIn(hida, 'window')
  })
  after(() => cloud.close())

  function asLink<T>(work: (ctx: Ctx) => Promise<T>, municipality = hida): Promise<T> {
    const runtime = { ...cloud.runtime, pool: cloud.database.linkage }
    return withCtx(runtime, { actor: { kind: 'machine', name: 'link' }, municipality, traceId: 'test' }, work)
  }

  /** 発行抑止 as the town sends it. */
  let blocks = 0
  const forbid = (over: Readonly<Record<string, string>>) =>
    asLink(async (ctx) => {
      const intake = await openEntryIntake(ctx, { business: 'issue-blocks', mode: 'delta', origin: 'link' })
      const row = sampleRow('issue-blocks', {
        ...{ 抑止番号: String(++blocks), 抑止終了年月日: '', 抑止解除年月日: '', 世帯番号: '', ...over },
      })
      await intake.write([checkedRow('issue-blocks', row, 2)])
      for await (const repeats of intake.finish()) assert.deepEqual(repeats, [])
      await intake.apply(await nextSeq(ctx))
    })

  const order = (
    residentNo: string,
    choices: Choices = {},
    kind: 'juminhyo' | 'kisai' = 'juminhyo',
  ): RawInputOf<typeof contract.issueAtCounter> => ({
    transactionId: newId(),
    kind,
    subjectId: residentNo,
    copies: 1,
    choices: choices as Record<string, string | string[]>,
    purpose: null,
  })
  const issue = (...args: Parameters<typeof order>) => clerk.call(contract.issueAtCounter, order(...args))

  /** The words of a paper, spaces left out. */
  async function printed(...args: Parameters<typeof order>): Promise<string[]> {
    const asked = order(...args)
    await clerk.get(contract.issueAtCounter, asked)
    const answer = await clerk.call(contract.getIssueDocument, { transactionId: asked.transactionId })
    assert.ok(answer.ok)
    return extractPages(answer.bytes).map((page) => page.replace(/\s/g, ''))
  }

  const membersOf = async (key: string): Promise<string[]> => {
    const { choices } = await clerk.get(contract.getIssueChoices, {
      kind: 'juminhyo',
      subjectId: numberOf(key),
    })
    return choices.find(({ name }) => name === 'members')!.options.map(({ value }) => value)
  }

  test('a household of twelve: everybody once, in the order of the standard, on three pages', async () => {
    const members = await membersOf('tagaDaisuke')
    assert.equal(members.length, 12)
    const pages = await printed(numberOf('tagaDaisuke'), { members, relation: 'yes', domicile: 'yes' })
    assert.equal(pages.length, 3)
    const names = ['大介', '玲子', '彩', '健太', '舞', '蓮', '澪', '湊', '紬', '惣次郎', 'キク', '二郎']
    const places = names.map((name) => pages.join('').indexOf(`氏名多賀${name}`))
    assert.ok(
      places.every((place) => place > 0),
      String(places),
    )
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
    )
    assert.ok(pages[0]!.includes('世帯主多賀大介') && pages[2]!.includes('世帯全員の住民票'))
    assert.ok(!pages[0]!.includes('証明する') && pages[0]!.includes('つづく'))
  })

  test('nothing said: who asks alone, on 世帯連記式, and nothing of the others', async () => {
    const [page, ...more] = await printed(numberOf('satoIchiro'))
    assert.equal(more.length, 0)
    assert.ok(page!.includes('佐藤一郎') && page!.includes('世帯一部の住民票'))
    for (const word of ['太郎', '花子', '光', '灯']) assert.ok(!page!.includes(`佐藤${word}`), word)
  })

  test('a member who died or moved away is not on the paper of the household', async () => {
    assert.deepEqual(await membersOf('amanoShizu'), [numberOf('amanoShizu')])
    const [page] = await printed(numberOf('amanoShizu'))
    assert.ok(page!.includes('天野静') && !page!.includes('天野昇') && page!.includes('世帯全員の住民票'))
  })

  test('a mixed household on 個人票, and a 住民票記載事項証明書 without 方書', async () => {
    const members = await membersOf('silvaAna')
    const pages = await printed(numberOf('silvaAna'), {
      members,
      form: 'single',
      status: 'yes',
      nationality: 'yes',
    })
    assert.equal(pages.length, 3)
    assert.ok(
      pages[1]!.includes('SILVAANAPAULA') && pages[1]!.includes('定住者') && pages[1]!.includes('ブラジル'),
    )
    const [kisai] = await printed(numberOf('santosMaria'), { building: 'no' }, 'kisai')
    assert.ok(
      kisai!.includes('住民票記載事項証明書') &&
        kisai!.includes('高原まりあ') &&
        !kisai!.includes('さくら寮'),
    )
  })

  test('neither is issued where the town takes no part in it', async () => {
    const elsewhere = await cloud.signIn(takayama, 'window')
    for (const kind of ['juminhyo', 'kisai'] as const) {
      const answer = await elsewhere.call(contract.issueAtCounter, order(neighbour.residentNo, {}, kind))
      assert.ok(!answer.ok && answer.problem.type === '/problems/certificates/not-issued-here')
    }
  })

  test('nobody of that number, another town’s resident, a stranger to the household and an item not offered', async () => {
    for (const residentNo of ['999999999999', neighbour.residentNo]) {
      const unknown = await issue(residentNo)
      assert.deepEqual([unknown.ok, unknown.status], [false, 404])
    }
    const stranger = await issue(numberOf('satoTaro'), { members: [numberOf('tagaAya')] })
    assert.ok(!stranger.ok && stranger.problem.type === '/problems/certificates/not-offered')
    const myNumber = await issue(numberOf('satoTaro'), { myNumber: 'yes' })
    assert.ok(!myNumber.ok && myNumber.problem.type === '/problems/certificates/not-offered')
  })

  test('a clerk of 罹災証明 issues none', async () => {
    const risaiClerk = await cloud.signIn(hida, 'clerk')
    const answer = await risaiClerk.call(contract.issueAtCounter, order(numberOf('satoTaro')))
    assert.deepEqual([answer.ok, answer.status], [false, 403])
  })

  type Row = {
    readonly who: string
    readonly residentNo: string
    readonly choices?: Choices
    readonly counter: readonly number[]
    readonly kiosk: readonly number[]
  }
  const all = (...keys: string[]): Choices => ({ form: 'joint', members: keys.map(numberOf) })

  test('the blocks of both kinds, at the counter and at a kiosk', async () => {
    const { residentNo: ichiro } = person('hayashiToru')
    await forbid({ 抑止対象: '01', 抑止範囲: '1', 宛名番号: numberOf('yoshidaShigeru'), 抑止水準: '1' })
    await forbid({ 抑止対象: '02', 抑止範囲: '1', 宛名番号: numberOf('usuiChie'), 抑止水準: '1' })
    await forbid({
      抑止対象: '00',
      抑止範囲: '1',
      宛名番号: numberOf('kitaJoji'),
      抑止水準: '1',
      抑止開始年月日: '2027-01-01',
    })
    await forbid({
      抑止対象: '00',
      抑止範囲: '1',
      宛名番号: numberOf('sakakiJun'),
      抑止水準: '1',
      抑止終了年月日: '2026-05-01',
    })
    await forbid({
      抑止対象: '00',
      抑止範囲: '1',
      宛名番号: numberOf('osakaFumi'),
      抑止水準: '1',
      抑止解除年月日: '2026-05-01',
    })
    await forbid({ 抑止対象: '01', 抑止範囲: '1', 宛名番号: numberOf('takahashiYumi'), 抑止水準: '2' })
    await forbid({
      ...{ 抑止対象: '01', 抑止範囲: '2', 宛名番号: numberOf('nakamuraTakashi'), 抑止水準: '1' },
      世帯番号: person('nakamuraTakashi').householdNo!,
    })
    await asLink(async (ctx) => {
      const leaving = {
        ...person('haraNatsumi'),
        historyNo: 2,
        addressAfter: '東京都千代田区九段南一丁目2番1号',
      }
      await loadResidents(ctx, 'delta', [{ record: leaving }])
    })
    const table: readonly Row[] = [
      { who: 'a resident', residentNo: numberOf('satoTaro'), counter: [], kiosk: [] },
      { who: 'dead', residentNo: numberOf('amanoNoboru'), counter: [304], kiosk: [304] },
      { who: 'moved out', residentNo: numberOf('moverOut'), counter: [303], kiosk: [303] },
      { who: '転出予定', residentNo: numberOf('leavingSoon'), counter: [], kiosk: [303] },
      { who: '支援措置', residentNo: numberOf('motherInHiding'), counter: [302], kiosk: [302] },
      {
        who: '支援措置 whose end has passed',
        residentNo: numberOf('protectionExpired'),
        counter: [302],
        kiosk: [302],
      },
      { who: '支援措置 that was lifted', residentNo: numberOf('protectionLifted'), counter: [], kiosk: [] },
      { who: 'under 15', residentNo: numberOf('satoHikari'), counter: [], kiosk: [202] },
      { who: 'an age nobody knows', residentNo: numberOf('iwaneTora'), counter: [], kiosk: [202] },
      { who: 'without a household', residentNo: homeless.residentNo, counter: [309], kiosk: [309] },
      { who: '発行抑止', residentNo: numberOf('yoshidaShigeru'), counter: [301], kiosk: [301] },
      { who: '発行抑止 of another kind', residentNo: numberOf('usuiChie'), counter: [], kiosk: [] },
      { who: '発行抑止 to come', residentNo: numberOf('kitaJoji'), counter: [], kiosk: [] },
      {
        who: '発行抑止 whose planned end has passed',
        residentNo: numberOf('sakakiJun'),
        counter: [301],
        kiosk: [301],
      },
      { who: '発行抑止 that was lifted', residentNo: numberOf('osakaFumi'), counter: [], kiosk: [] },
      { who: '発行抑止 as a warning', residentNo: numberOf('takahashiYumi'), counter: [301], kiosk: [301] },
      {
        who: '発行抑止 of the household',
        residentNo: numberOf('nakamuraTakashi'),
        counter: [308],
        kiosk: [308],
      },
      { who: 'its other member', residentNo: numberOf('silvaAna'), counter: [308], kiosk: [308] },
      {
        who: 'alone, beside a blocked member',
        residentNo: numberOf('takahashiKenichi'),
        counter: [],
        kiosk: [],
      },
      {
        who: 'with a blocked member',
        residentNo: numberOf('takahashiKenichi'),
        choices: all('takahashiKenichi', 'takahashiYumi'),
        counter: [308],
        kiosk: [308],
      },
      { who: 'a lodger alone', residentNo: ichiro, counter: [], kiosk: [] },
      {
        who: 'with a member who is about to leave',
        residentNo: ichiro,
        choices: all('morishitaAkira', 'haraNatsumi', 'hayashiToru'),
        counter: [],
        kiosk: [308],
      },
      {
        who: '世帯主・続柄 where the head has died',
        residentNo: numberOf('amanoShizu'),
        choices: { ...all('amanoShizu'), relation: 'yes' },
        counter: [309],
        kiosk: [309],
      },
      { who: 'the same without them', residentNo: numberOf('amanoShizu'), counter: [], kiosk: [] },
    ]
    for (const kind of [juminhyoKind, kisaiKind]) {
      for (const { who, residentNo, choices, counter, kiosk } of table) {
        const codes = async (channel: Channel): Promise<number[]> =>
          await cloud.as(hida, async (ctx) => {
            const asked = choices ?? { form: 'joint', members: [residentNo] }
            return (await kind.blocks(ctx, residentNo, channel, asked)).map(({ code }) => code)
          })
        assert.deepEqual(
          [await codes('counter'), await codes('kiosk')],
          [counter, kiosk],
          `${kind.code}: ${who}`,
        )
      }
    }
  })

  test('住民票コード may be chosen at a kiosk from the day on which the town says so', async () => {
    const offered = async (channel: Channel): Promise<boolean> =>
      await cloud.as(hida, async (ctx) => {
        const choices = await juminhyoKind.choices(ctx, numberOf('satoTaro'), channel)
        return choices.some(({ name }) => name === 'recordCode')
      })
    assert.deepEqual([await offered('counter'), await offered('kiosk')], [true, false])
    await cloud.as(hida, async (ctx) => {
      await changeMunicipalitySetting(ctx, {
        fromOn: '2026-11-21' as PlainDate,
        setting: {
          key: 'issue-options',
          value: { ...ISSUE_OPTIONS, kioskResidentCode: true },
        },
        settingsVersion: 2,
      })
    })
    assert.deepEqual([await offered('counter'), await offered('kiosk')], [true, true])
  })

  test('a blocked person is refused with the reason at the counter, a protected one without it', async () => {
    const blocked = await issue(numberOf('yoshidaShigeru'))
    assert.ok(!blocked.ok && blocked.status === 422)
    assert.match(blocked.problem.errors?.[0]?.message ?? '', /発行抑止/)
    const hidden = await issue(numberOf('motherInHiding'))
    assert.ok(!hidden.ok && hidden.status === 403)
    assert.ok(!JSON.stringify(hidden.problem).includes('9876番地54'))
  })

  test('rows put in by hand feed no 住民票', async () => {
    await asLink(async (ctx) => {
      await loadResidents(ctx, 'delta', [{ record: { ...person('satoUme'), historyNo: 9 } }], {
        business: 'residents',
        fileNo: null,
        origin: 'hand',
      })
    })
    const answer = await issue(numberOf('satoUme'))
    assert.ok(!answer.ok && answer.problem.type === '/problems/certificates/not-issued-here')
  })
})
