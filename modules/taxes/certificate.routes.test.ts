import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import type { PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import { extractPages } from '@open-bcl/platform/pdf/readback.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { makeTown } from '@open-bcl/demo/town.ts'
import { loadTown } from '../../apps/cloud/testing/load-town.ts'
import { testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { getIssueChoices, getIssueDocument, issueAtCounter } from '../certificates/certificates.contract.ts'
import type { Channel } from '../certificates/certificates.ts'
import { changeMunicipalitySetting } from '../municipalities/municipalities.actions.ts'
import { ISSUE_OPTIONS, participationOfPattern } from '../municipalities/municipalities.ts'
import { loadEntries, sampleRow } from '../registers/testing/rows.ts'
import { taxCertificateKind } from './certificate.actions.ts'
import { currentYear } from './taxes.ts'

const hida = makeTown({ households: 70 })
const { code } = hida.municipality
const no = (key: string): ResidentNo => hida.people[key]!.residentNo

const levied = (key: string, over: Readonly<Record<string, string>> = {}): string[] =>
  sampleRow('tax-assessments', {
    ...{
      宛名番号: no(key),
      課税年度: '2026',
      課税非課税区分: '1',
      未申告区分: '0',
      他団体課税対象者区分: '0',
    },
    ...{
      賦課期日_氏名: '',
      賦課期日住所_町字: '神岡町船津',
      賦課期日住所_番地号表記: '1番地',
      賦課期日住所_方書: '',
    },
    ...{ 賦課期日住所_都道府県: '岐阜県', 賦課期日住所_市区郡町村名: '飛騨市', 年税額: '193200' },
    ...over,
  })
const earned = (key: string, over: Readonly<Record<string, string>> = {}): string[] =>
  sampleRow('tax-incomes', { 宛名番号: no(key), 課税年度: '2026', 申告区分: '1', 被扶養者: '0', ...over })
const paid = (key: string, over: Readonly<Record<string, string>> = {}): string[] =>
  sampleRow('tax-payments', { 宛名番号: no(key), 課税年度: '2026', 税目: '01', ...over })
const undeclared = { 課税非課税区分: '3', 未申告区分: '1', 年税額: '' }

describe('税証明', () => {
  let cloud: TestCloud
  let clerk: Browser
  before(async () => {
    cloud = await testCloud({ pdf: true })
    await cloud.onboard(code, hida.municipality.name)
    await loadTown(cloud, hida, ['tax-assessments', 'tax-incomes', 'tax-payments'])
    const { pattern, residentData, issues } = participationOfPattern('A1')
    await cloud.as(code, (ctx) =>
      changeMunicipalitySetting(ctx, {
        fromOn: '2026-01-01' as PlainDate,
        setting: { key: 'participation', value: { pattern, residentData, issues: { ...issues } } },
        settingsVersion: 0,
      }),
    )
    const usual = ['satoTaro', 'amanoNoboru', 'moverOut', 'motherInHiding', 'takahashiYumi', 'leavingSoon']
    await asLink((ctx) =>
      loadEntries(ctx, 'tax-assessments', [
        ...usual.map((key) => levied(key)),
        levied('satoTaro', { 課税年度: '2025', 年税額: '0', 課税非課税区分: '2' }),
        levied('satoTaro', { 課税年度: '2010' }),
        levied('satoHanako', undeclared),
        levied('katsuragiMasao', undeclared),
        levied('tsujiMisaki', { 課税非課税区分: '4' }),
        levied('yoshidaShigeru', { 他団体課税対象者区分: '1', 課税先市区町村コード: '212032' }),
        levied('watanabeHajime'),
        levied('saitoTadashi', { 課税非課税区分: '2' }),
      ]),
    )
    await asLink((ctx) =>
      loadEntries(ctx, 'tax-incomes', [
        ...usual.map((key) => earned(key)),
        earned('satoTaro', { 課税年度: '2025' }),
        earned('satoHanako', { 申告区分: '0', 被扶養者: '1' }),
        earned('katsuragiMasao', { 申告区分: '0' }),
        ...['tsujiMisaki', 'yoshidaShigeru', 'saitoTadashi'].map((key) => earned(key)),
      ]),
    )
    await asLink((ctx) =>
      loadEntries(ctx, 'tax-payments', [
        paid('satoTaro', { 課税額: '193200', 納付済額: '49200', 未納額: '48000', 納期未到来額: '96000' }),
        paid('satoTaro', { 税目: '11' }),
      ]),
    )
    await asLink((ctx) =>
      loadEntries(ctx, 'issue-blocks', [
        sampleRow('issue-blocks', {
          ...{
            宛名番号: no('takahashiYumi'),
            抑止対象: '03',
            抑止範囲: '1',
            世帯番号: '',
            抑止解除年月日: '',
          },
        }),
      ]),
    )
    clerk = await cloud.signIn(code, 'window')
  })
  after(() => cloud.close())

  const asLink = <T>(work: Parameters<typeof withCtx<T>>[2]): Promise<T> =>
    withCtx(
      cloud.linkage,
      { actor: { kind: 'machine', name: 'link' }, municipality: code, traceId: 'test' },
      work,
    )

  const codes = (key: string, paper = 'assessment', year = '2026', channel: Channel = 'kiosk') =>
    cloud.as(code, async (ctx) =>
      (await taxCertificateKind.blocks(ctx, no(key), channel, { paper, year })).map((one) => one.code),
    )

  test('what stands in the way, person by person', async () => {
    const cases: readonly (readonly [string, number[]])[] = [
      ['satoTaro', []],
      // A dependant who need not declare.
      ['satoHanako', []],
      ['katsuragiMasao', [307]],
      ['tsujiMisaki', [307]],
      ['yoshidaShigeru', [309]],
      ['watanabeHajime', [309]],
      ['saitoTadashi', [311]],
      ['aloneTome', [309]],
      ['motherInHiding', [302]],
      ['amanoNoboru', [304]],
      ['moverOut', [303]],
      ['leavingSoon', [303]],
      ['takahashiYumi', [301]],
    ]
    for (const [key, expected] of cases) assert.deepEqual(await codes(key), expected, key)
    assert.deepEqual(await codes('moverOut', 'assessment', '2026', 'counter'), [], 'the tax was decided here')
    assert.deepEqual(await codes('satoTaro', 'payment'), [])
    assert.deepEqual(await codes('satoTaro', 'payment', '2025'), [309])
    assert.deepEqual(await codes('satoHanako', 'payment'), [309])
  })

  test('a machine offers 現年度, the counter every year of which there are data, ten years back', async () => {
    const years = async (channel: Channel) =>
      cloud.as(code, async (ctx) => {
        const [, year] = await taxCertificateKind.choices(ctx, no('satoTaro'), channel)
        return year!.options.map(({ value }) => value)
      })
    assert.equal(currentYear('2026-11-21' as PlainDate, '06-01'), 2026)
    assert.deepEqual(await years('kiosk'), ['2026'])
    assert.deepEqual(await years('counter'), ['2026', '2025'])
    const { choices } = await clerk.get(getIssueChoices, { kind: 'tax', subjectId: no('satoTaro') })
    assert.deepEqual(
      choices.map(({ ja, options }) => [ja, options[0]!.ja]),
      [
        ['証明書', '課税（非課税）証明書'],
        ['年度', '令和８年度（令和７年中の所得）'],
      ],
    )
  })

  const issue = (subjectId: string, choices: Record<string, string>, transactionId = newId()) =>
    clerk.call(issueAtCounter, {
      ...{ transactionId, kind: 'tax', subjectId, copies: 1, choices, official: false, purpose: null },
    })
  const newId = (): string => randomBytes(16).toString('hex')
  const pageOf = async (key: string, choices: Record<string, string>): Promise<string> => {
    const transactionId = newId()
    const answer = await issue(no(key), choices, transactionId)
    assert.ok(answer.ok, cloud.logLines.slice(-2).join(''))
    const { bytes } = (await clerk.call(getIssueDocument, { transactionId })) as { bytes: Buffer }
    const [page] = extractPages(bytes)
    return page!.replaceAll('\n', '')
  }

  test('each paper says what it should, of the year that was chosen', async () => {
    const taxed = await pageOf('satoTaro', {})
    for (const words of [
      '課税証明書',
      '令和８年度（令和７年中の所得）',
      '岐阜県飛騨市神岡町船津1番地',
      '年税額',
      '193,200',
    ])
      assert.ok(taxed.includes(words), words)
    assert.ok(
      (await pageOf('satoTaro', { year: '2025' })).includes('非課税証明書令和７年度（令和６年中の所得）'),
    )
    const income = await pageOf('satoTaro', { paper: 'income' })
    assert.ok(income.includes('所得証明書') && !income.includes('年税額'))
    const payment = await pageOf('satoTaro', { paper: 'payment' })
    assert.ok(payment.includes('193,20049,20048,00096,000'), payment)
    assert.ok(payment.includes('固定資産税・都市計画税'))
    const dependant = await pageOf('satoHanako', {})
    assert.ok(dependant.includes('合計所得金額＊') && dependant.includes('申告がなく'))
  })

  test('a year or a paper that is not offered is refused', async () => {
    for (const choices of [{ year: '2024' }, { paper: 'salary' }, { year: '2026', member: '1' }]) {
      const answer = await issue(no('satoTaro'), choices as Record<string, string>)
      assert.ok(!answer.ok)
      assert.equal(answer.problem.type, '/problems/certificates/not-offered')
    }
    assert.equal((await issue('999999999', {})).status, 404)
  })

  test('a town leaves 所得証明書 out, and says when its 現年度 begins', async () => {
    await cloud.as(code, (ctx) =>
      changeMunicipalitySetting(ctx, {
        fromOn: '2026-11-21' as PlainDate,
        setting: {
          key: 'issue-options',
          value: { ...ISSUE_OPTIONS, taxIncomePaper: false, taxYearBegins: '06-10' },
        },
        settingsVersion: 1,
      }),
    )
    const { choices } = await clerk.get(getIssueChoices, { kind: 'tax', subjectId: no('satoTaro') })
    assert.deepEqual(
      choices[0]!.options.map(({ value }) => value),
      ['assessment', 'payment'],
    )
    const refused = await issue(no('satoTaro'), { paper: 'income' })
    assert.ok(!refused.ok)
    assert.equal(refused.problem.type, '/problems/certificates/not-offered')
    const days = ['2026-06-09', '2026-06-10'] as PlainDate[]
    assert.deepEqual(
      days.map((day) => currentYear(day, '06-10')),
      [2025, 2026],
    )
  })
})
