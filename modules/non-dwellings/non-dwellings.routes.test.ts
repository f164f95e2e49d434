import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import readXlsxFile from 'read-excel-file/node'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { RawInputOf } from '@open-bcl/core/endpoint.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { photo } from '../files/testing/photos.ts'
import { getVictim } from '../ledger/ledger.contract.ts'
import { acceptReport, getReport } from '../risai/reports.contract.ts'
import { hida, openDesk, type RisaiDesk } from '../risai/testing/desk.ts'
import { changeItemNames, getItemNames } from '../ledger/item-names.contract.ts'
import * as contract from './non-dwellings.contract.ts'

type Words = RawInputOf<typeof contract.registerNonDwelling>['words']
const HIDDEN = /秘密町|0577-99|極秘倉庫|秘密の備考/

describe('被災非住家', () => {
  let cloud: TestCloud
  let desk: RisaiDesk
  before(async () => {
    cloud = await testCloud()
    desk = await openDesk(cloud)
  })
  after(() => cloud.close())

  const words: Words = {
    ownerName: '=架空商事株式会社',
    ownerAddress: '岐阜県飛騨市古川町壱之町１番１号',
    phone: '',
    corporateNo: '7000012050002',
    name: '北倉庫',
    place: '古川町弐之町２番',
    note: '',
  }
  const register = (personRef = 'R-1', over: Partial<Words> = {}) =>
    desk.clerk.get(contract.registerNonDwelling, {
      ...{ disasterId: desk.disasterId, personRef, kind: 'warehouse', ownerKind: 'company' },
      words: { ...words, ...over },
    })
  const view = (one: { nonDwellingId: string }) =>
    desk.clerk.get(contract.getNonDwelling, { nonDwellingId: one.nonDwellingId })
  const find = (one: { nonDwellingId: string; version: number }, by = desk.clerk) =>
    by.call(contract.recordFinding, { ...one, result: 'much', seenOn: '2026-08-01', note: '屋根が落ちた' })
  const shoot = (nonDwellingId: string, bytes: Buffer, photoId: string = uuidv7()) =>
    desk.clerk.call(contract.addNonDwellingPhoto, {
      ...{ nonDwellingId, photoId, fileName: 'a.jpg' },
      picture: { base64: bytes.toString('base64') },
    })

  test('from the register to a finding and a 被災届出 that takes its words from here', async () => {
    const { clerk, disasterId } = desk
    const one = await register()
    const found = await find(one)
    assert.ok(found.ok)
    const { property, findings } = await view(one)
    assert.deepEqual([property.result, property.version, findings[0]!.note], ['much', 2, '屋根が落ちた'])
    const { reportId } = await clerk.get(contract.reportNonDwelling, {
      ...{ ...one, version: 2, notifiedOn: '2026-11-20', damageText: '屋根が落ち、商品が濡れた' },
    })
    const report = await clerk.get(getReport, { reportId })
    assert.deepEqual(
      [report.form.applicant.name, report.form.objects, report.form.place],
      ['=架空商事株式会社', ['non-dwelling'], '古川町弐之町２番　北倉庫'],
    )
    const accepted = await clerk.get(acceptReport, { reportId, version: report.version })
    assert.match(accepted.serialNo!, /-H/)
    const again = await clerk.call(contract.reportNonDwelling, {
      ...{ ...one, version: 3, notifiedOn: '2026-11-20', damageText: 'もう一度' },
    })
    assert.equal(again.status, 409)
    const victim = await clerk.get(getVictim, { disasterId, personRef: 'R-1' })
    for (const kind of ['non-dwellings.registered', 'non-dwellings.found', 'risai.report-received'])
      assert.ok(
        victim.facts.some((fact) => fact.kind === kind),
        kind,
      )
  })

  test('of two findings at once one is written, and the other is told', async () => {
    const one = await register()
    const both = await Promise.all([find(one), find(one, desk.reviewer)])
    assert.deepEqual(
      both.map(({ status }) => status).toSorted((a, b) => a - b),
      [200, 409],
    )
    assert.equal((await view(one)).findings.length, 1)
  })

  test('photos are kept, what is no photo is refused, and what comes again changes nothing', async () => {
    const one = await register()
    const photoId = uuidv7()
    const picture = photo()
    assert.equal((await shoot(one.nonDwellingId, picture, photoId)).status, 200)
    assert.equal((await shoot(one.nonDwellingId, picture, photoId)).status, 200)
    assert.equal((await shoot(one.nonDwellingId, Buffer.from('not a photo'))).status, 422)
    const { photos } = await view(one)
    assert.deepEqual(
      photos.map((shown) => shown.photoId),
      [photoId],
    )
    assert.ok(photos[0]!.small.length > 100)
    const whole = await desk.clerk.call(contract.getNonDwellingPhoto, { photoId })
    assert.ok(whole.ok && whole.bytes.equals(picture))
  })

  test('lists, owners, CSV and XLSX say the same, and no cell is a formula', async () => {
    const { clerk, disasterId } = desk
    await register('R-2', { ownerName: '佐藤　太郎', corporateNo: '', name: '納屋' })
    const { owners } = await clerk.get(contract.listNonDwellingOwners, { disasterId })
    assert.deepEqual(
      owners.map(({ ownerName, properties, open }) => [ownerName, properties, open]),
      [
        ['=架空商事株式会社', 3, 1],
        ['佐藤　太郎', 1, 1],
      ],
    )
    const open = await clerk.get(contract.listNonDwellings, { disasterId, result: 'open' })
    assert.equal(open.properties.length, 2)
    const csv = await clerk.call(contract.exportNonDwellingsCsv, { disasterId })
    assert.ok(csv.ok)
    assert.match(csv.bytes.toString('utf8'), /"'=架空商事株式会社"/)
    assert.equal(csv.bytes.toString('utf8').trim().split('\r\n').length, 5)
    const xlsx = await clerk.call(contract.exportNonDwellingsXlsx, { disasterId })
    assert.ok(xlsx.ok)
    const cells = JSON.stringify(await readXlsxFile(xlsx.bytes))
    assert.match(cells, /=架空商事株式会社/)
    assert.match(cells, /大きく損傷/)
  })

  test('files have the columns that the town shows, under its names, in its order', async () => {
    const { reviewer, disasterId } = desk
    const subsystem = 'non-dwellings'
    const { version, lines } = await reviewer.get(getItemNames, { subsystem })
    const own = lines.toReversed().map((line) => ({
      ...line,
      shown: line.key !== 'phone',
      name: line.key === 'note' ? 'メモ' : line.name,
    }))
    await reviewer.get(changeItemNames, { subsystem, version, lines: own })
    const csv = await reviewer.call(contract.exportNonDwellingsCsv, { disasterId })
    await reviewer.get(changeItemNames, { subsystem, version: version + 1, lines })
    assert.ok(csv.ok)
    const [head = ''] = csv.bytes.toString('utf8').split('\r\n')
    assert.ok(!head.includes('電話番号'), head)
    assert.match(head, /"所有者","メモ","所有者の住所","被害","被災届出","登録日時","法人番号"/)
  })

  test('of somebody in hiding no place, contact, photo or free word leaves, and a change keeps them', async () => {
    const { clerk, disasterId } = desk
    const secret = { ownerName: '隠田　花', ownerAddress: '飛騨市秘密町九番地', phone: '0577-99-0000' }
    const one = await register('R-3', {
      ...secret,
      name: '極秘倉庫',
      place: '秘密町九番地',
      note: '秘密の備考',
    })
    const photoId = uuidv7()
    assert.equal((await shoot(one.nonDwellingId, photo(), photoId)).status, 200)
    await clerk.get(contract.recordFinding, {
      ...{ ...one, result: 'part', seenOn: '2026-08-01', note: '秘密町で確認' },
    })
    const shown = await view(one)
    assert.deepEqual([shown.property.suppressed, shown.photos, shown.findings[0]!.note], [true, [], null])
    await clerk.get(contract.changeNonDwelling, {
      ...{ nonDwellingId: one.nonDwellingId, version: 2, kind: 'vehicle', ownerKind: 'person' },
      words: { ...shown.property.words, ownerName: '隠田　はな', name: '（非表示）', place: '（非表示）' },
    })
    // Those who look after the measures may be shown it, and only they, with a purpose that the audit trail keeps.
    const show = { nonDwellingId: one.nonDwellingId, purpose: 'visit' } as const
    const shownTo = await desk.reviewer.call(contract.showProtectedNonDwelling, show)
    assert.ok(shownTo.ok, JSON.stringify(shownTo))
    assert.deepEqual(
      [shownTo.body.words.name, shownTo.body.words.place, shownTo.body.notes, shownTo.body.photos.length],
      ['極秘倉庫', '秘密町九番地', ['秘密町で確認'], 1],
    )
    assert.equal((await clerk.call(contract.showProtectedNonDwelling, show)).status, 403)
    assert.equal((await desk.neighbour.call(contract.showProtectedNonDwelling, show)).status, 404)
    const [told] = await cloud.as(hida, (ctx) =>
      ctx.tx.sql<{ why: string }>(
        `select facts ->> 'why' as why from access.audit
          where municipality_code = $1 and event = 'non-dwellings.property.protected-shown'`,
        [hida],
      ),
    )
    assert.equal(told!.why, 'visit')
    const draft = await clerk.get(contract.draftNonDwelling, { disasterId, personRef: 'R-3' })
    const csv = await clerk.call(contract.exportNonDwellingsCsv, { disasterId })
    const xlsx = await clerk.call(contract.exportNonDwellingsXlsx, { disasterId })
    assert.ok(csv.ok && xlsx.ok)
    for (const told of [
      JSON.stringify(await view(one)),
      JSON.stringify(await clerk.get(contract.listNonDwellings, { disasterId, personRef: 'R-3' })),
      JSON.stringify(await clerk.get(contract.listNonDwellingOwners, { disasterId })),
      JSON.stringify(draft),
      JSON.stringify(await readXlsxFile(xlsx.bytes)),
      csv.bytes.toString('utf8'),
    ])
      assert.doesNotMatch(told, HIDDEN)
    assert.equal((await clerk.call(contract.getNonDwellingPhoto, { photoId })).status, 404)
    // Kept, though nobody could see it: the report made of it seals the true place.
    const { reportId } = await clerk.get(contract.reportNonDwelling, {
      ...{
        nonDwellingId: one.nonDwellingId,
        version: 3,
        notifiedOn: '2026-11-20',
        damageText: '秘密町の被害',
      },
    })
    assert.doesNotMatch(JSON.stringify(await clerk.get(getReport, { reportId })), HIDDEN)
  })

  test('a change appends: what was written before stays, and of two clerks one is told what it is now', async () => {
    const one = await register()
    const change = (name: string, by = desk.clerk) =>
      by.call(contract.changeNonDwelling, {
        ...{ ...one, kind: 'shop', ownerKind: 'company' },
        words: { ...words, name },
      })
    const both = await Promise.all([change('南店舗'), change('東店舗', desk.reviewer)])
    assert.deepEqual(
      both.map(({ status }) => status).toSorted((a, b) => a - b),
      [200, 409],
    )
    const lost = both.find((answer) => !answer.ok)!
    assert.ok(
      !lost.ok && /現在の内容：店舗/.test(lost.problem.errors?.[0]?.message ?? ''),
      JSON.stringify(lost),
    )
    const { property, history } = await view(one)
    assert.deepEqual(
      history.map(({ kind, words: said }) => [kind, said.name]),
      [
        ['shop', property.words.name],
        ['warehouse', '北倉庫'],
      ],
    )
    const shops = await desk.clerk.get(contract.listNonDwellings, {
      disasterId: desk.disasterId,
      kind: 'shop',
    })
    assert.ok(shops.properties.some(({ nonDwellingId }) => nonDwellingId === one.nonDwellingId))
    // The database itself refuses to write over what was registered.
    await assert.rejects(
      cloud.as(hida, (ctx) =>
        ctx.tx.sql(
          `update non_dwellings.property set sealed = '\\x00' where municipality_code = $1 and non_dwelling_id = $2`,
          [hida, one.nonDwellingId],
        ),
      ),
      /permission denied/,
    )
  })

  test('another town and who may only look change nothing', async () => {
    const one = await register()
    const viewer = await cloud.signIn(hida, 'viewer')
    assert.equal((await find(one, viewer)).status, 403)
    const { neighbour, disasterId } = desk
    assert.equal((await find(one, neighbour)).status, 404)
    assert.equal((await neighbour.call(contract.getNonDwelling, one)).status, 404)
    assert.equal((await neighbour.call(contract.listNonDwellings, { disasterId })).status, 404)
    assert.equal((await neighbour.call(contract.exportNonDwellingsCsv, { disasterId })).status, 404)
  })

  test('a place and a name too long for the paper are said so, and nothing is received', async () => {
    const one = await register('R-1', { place: '町'.repeat(150), name: '蔵'.repeat(80) })
    const said = { notifiedOn: '2026-11-20', damageText: '屋根が落ちた' }
    const refused = await desk.clerk.call(contract.reportNonDwelling, { ...one, ...said })
    assert.ok(!refused.ok && refused.problem.type.endsWith('/place-too-long'))
    assert.equal((await view(one)).property.reportId, null)
  })
})
