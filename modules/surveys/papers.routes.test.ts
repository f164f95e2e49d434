import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import type { GreyPicture, Quad } from '@open-bcl/core/picture/grey-picture.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { makeTown } from '@open-bcl/demo/town.ts'
import { loadTown } from '../../apps/cloud/testing/load-town.ts'
import { testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import type { DisasterId, GuidelineCode } from '../disasters/disasters.ts'
import { filesProblems } from '../files/files.messages.ts'
import { registerDisaster } from '../ledger/ledger.actions.ts'
import { draftOf, type PaperDraft } from './paper/draft.ts'
import { decodePaper, encodePaper, paperPages, placesDigest, type PaperCode } from './paper/paper.ts'
import { findPaper, readPage, type BoxReading } from './paper/reading.ts'
import { addScan, getScan, listScans, printPapers } from './papers.contract.ts'
import { rulesOf } from './rules/guidelines.ts'
import type { SheetKind } from './rules/rules.ts'
import { inputsOf, sheetDefinition, sheetKinds } from './rules/sheets.ts'
import { recordSheet } from './sheets.contract.ts'
import type { SheetId, TaskId } from './surveys.ts'
import { addTask, getTask } from './tasks.contract.ts'
import { pagesOf, photographed, pngOf, readCodes, scribble, speck, tick } from './testing/scanned.ts'

const HIDA = '212172' as MunicipalityCode
const flood: SheetKind = { hazard: 'flood', structure: 'wood', stage: 'first' }
const quake: SheetKind = { hazard: 'earthquake', structure: 'wood', stage: 'second' }

describe('paper sheets', () => {
  let cloud: TestCloud
  let disasterId: DisasterId
  let clerk: Browser
  let guideline: GuidelineCode
  const occurredOn = '2026-11-01' as PlainDate

  before(async () => {
    cloud = await testCloud({ pdf: true })
    await cloud.onboard(HIDA, '飛騨市')
    await loadTown(cloud, makeTown({ households: 40 }))
    const made = await cloud.as(HIDA, (ctx) =>
      registerDisaster(ctx, {
        name: '令和8年11月豪雨',
        hazards: ['flood'],
        occurredOn,
        causeText: '令和8年11月1日の豪雨による',
        applicationDeadlineOn: null,
      }),
    )
    disasterId = made.disaster.disasterId as DisasterId
    guideline = made.disaster.guidelineCode
    clerk = await cloud.signIn(HIDA, 'clerk')
  })
  after(() => cloud.close())

  const add = async (address: string): Promise<TaskId> => {
    const taskId = uuidv7() as TaskId
    await clerk.get(addTask, {
      ...{ taskId, disasterId, stage: 'first', address, headName: '紙野　筆子', phone: '', note: '' },
      ...{ point: null, urgent: false },
    })
    return taskId
  }
  const print = async (taskIds: readonly TaskId[], kind: SheetKind): Promise<GreyPicture[]> => {
    const pdf = await clerk.call(printPapers, { disasterId, taskIds: [...taskIds], ...kind })
    assert.ok(pdf.ok, JSON.stringify(pdf))
    return await pagesOf(pdf.bytes)
  }
  const rules = () => rulesOf(guideline, occurredOn)
  const boxesOf = (kind: SheetKind) => paperPages(rules(), kind)
  const find = (kind: SheetKind, key: string, part: string) => {
    for (const [page, { boxes }] of boxesOf(kind).entries()) {
      const box = boxes.find((one) => one.key === key && one.part === part)
      if (box) return { page, box }
    }
    throw new Error(`${key} ${part} stands on no page`)
  }
  /** What the page of scans does with pictures. */
  const read = async (
    pictures: readonly GreyPicture[],
    kind: SheetKind,
  ): Promise<{ codes: PaperCode[]; draft: PaperDraft }> => {
    const codes: PaperCode[] = []
    const boxes: BoxReading[] = []
    for (const picture of pictures) {
      const found = await findPaper(picture, readCodes)
      assert.ok(found.kind === 'paper' && found.onPaper !== null, found.kind)
      codes.push(found.code)
      const page = readPage(picture, boxesOf(kind)[found.code.page - 1]!, found.onPaper)
      assert.equal(page.kind, 'read')
      if (page.kind === 'read') boxes.push(...page.boxes)
    }
    return { codes, draft: draftOf(inputsOf(sheetDefinition(rules(), kind)), boxes) }
  }

  test('each of the sixteen is printed, its code and frames are found, and a blank one says nothing', async () => {
    const taskId = await add('飛騨市古川町弐之町1番')
    for (const kind of sheetKinds) {
      const pages = await print([taskId], kind)
      const { codes, draft } = await read(pages, kind)
      assert.deepEqual(
        codes.map((code) => [code.taskId, code.municipality, code.page, code.pages, code.kind]),
        pages.map((_, i) => [taskId, HIDA, i + 1, pages.length, kind]),
      )
      assert.equal(new Set(codes.map((code) => code.sheetId)).size, 1)
      assert.equal(codes[0]!.places, placesDigest(boxesOf(kind)))
      assert.deepEqual(draft, { answers: {}, unclear: new Set(), written: new Set(), words: new Set() })
    }
  })

  test('ticks come back from a crooked, dim photograph upside down; figures and doubts are left to a person', async () => {
    const taskId = await add('飛騨市古川町弐之町2番')
    const [page] = await print([taskId], flood)
    const on = (key: string, part: string) => find(flood, key, part).box
    for (const [key, part] of [
      ['dwelling', 'true'],
      ['collapsed', 'false'],
      ['storeyCollapsed', 'false'],
      ['lost', 'false'],
      ['tilted', 'false'],
      ['detached', 'true'],
      ['storeys', '2'],
      ['inundation', 'above-floor'],
      // Two ticks in one question.
      ['externalForce', 'true'],
      ['externalForce', 'false'],
    ] as const)
      tick(page!, on(key, part))
    speck(page!, on('sediment', 'none'))
    scribble(page!, on('depthsCm', '0'))
    scribble(page!, on('', 'surveyors'))
    const expected = {
      dwelling: true,
      collapsed: false,
      storeyCollapsed: false,
      lost: false,
      tilted: false,
      detached: true,
      storeys: '2',
      inundation: 'above-floor',
    }
    const { width, height } = page!
    const crooked: Quad = [
      { x: 0.97 * width, y: 0.95 * height },
      { x: 0.06 * width, y: 0.98 * height },
      { x: 0.02 * width, y: 0.03 * height },
      { x: 0.99 * width, y: 0.06 * height },
    ]
    for (const picture of [page!, photographed(page!, crooked)]) {
      const { codes, draft } = await read([picture], flood)
      assert.deepEqual(draft.answers, expected)
      assert.deepEqual([...draft.unclear], ['externalForce'])
      assert.deepEqual([...draft.written], ['depthsCm'])
      assert.deepEqual([...draft.words], ['surveyors'])
      assert.equal(codes[0]!.taskId, taskId)
    }
  })

  test('of a sheet of several pages each is known, and 損傷なし is not taken where figures stand beside it', async () => {
    const pages = await print([await add('飛騨市古川町弐之町3番')], quake)
    assert.ok(pages.length > 1)
    const on = (key: string, part: string): [GreyPicture, ReturnType<typeof find>['box']] => {
      const { page, box } = find(quake, key, part)
      return [pages[page]!, box]
    }
    tick(...on('roof', 'none'))
    tick(...on('ceiling', 'none'))
    scribble(...on('ceiling', 'II'))
    scribble(...on('pillar', 'total'))
    const { draft } = await read(pages.toReversed(), quake)
    assert.deepEqual(draft.answers, { roof: {} })
    assert.deepEqual([...draft.unclear], ['ceiling'])
    assert.deepEqual([...draft.written].toSorted(), ['ceiling', 'pillar'])
  })

  test('wrong papers are told apart: none, two in one picture, a torn corner, another program, a moved frame', async () => {
    const [one, other] = await print(
      [await add('飛騨市古川町弐之町4番'), await add('飛騨市古川町弐之町5番')],
      flood,
    )
    const { width, height } = one!
    const blank = { width, height, grey: new Uint8Array(width * height).fill(255) }
    assert.equal((await findPaper(blank, readCodes)).kind, 'nothing')
    const beside = new Uint8Array(2 * width * height)
    for (let y = 0; y < height; y++) {
      beside.set(one!.grey.subarray(y * width, (y + 1) * width), 2 * y * width)
      beside.set(other!.grey.subarray(y * width, (y + 1) * width), (2 * y + 1) * width)
    }
    assert.equal((await findPaper({ width: 2 * width, height, grey: beside }, readCodes)).kind, 'several')
    const torn = { width, height, grey: Uint8Array.from(one!.grey) }
    for (let y = Math.floor(0.9 * height); y < height; y++)
      torn.grey.fill(255, y * width + Math.floor(0.8 * width), (y + 1) * width)
    const found = await findPaper(torn, readCodes)
    assert.ok(found.kind === 'paper' && found.onPaper === null)
    const whole = await findPaper(one!, readCodes)
    assert.ok(whole.kind === 'paper' && whole.onPaper !== null)
    const shifted = readPage(one!, boxesOf(flood)[0]!, (x, y) => whole.onPaper!(x + 2, y + 3))
    assert.equal(shifted.kind, 'shifted')
    const code = encodePaper(whole.code)
    assert.deepEqual(decodePaper(code), whole.code)
    assert.equal(decodePaper(Uint8Array.from(code).fill(9, 4, 5)), 'newer')
    assert.equal(decodePaper(Uint8Array.from(code).fill(7, 12, 13)), null)
    assert.equal(decodePaper(new TextEncoder().encode('https://example.jp/verify')), null)
  })

  test('a page is kept as evidence, once; it counts as nothing until a person records the sheet', async () => {
    const taskId = await add('飛騨市古川町弐之町6番')
    const [page] = await print([taskId], flood)
    const found = await findPaper(page!, readCodes)
    assert.ok(found.kind === 'paper')
    const sheetId = found.code.sheetId as SheetId
    const png = pngOf(page!)
    const scanId = uuidv7()
    const scan = (bytes: Buffer, id = scanId, by = clerk, of = taskId) =>
      by.call(addScan, {
        ...{ taskId: of, scanId: id, sheetId, ...flood, page: 1, pages: 1, fileName: 'scan.png' },
        picture: { base64: bytes.toString('base64') },
      })
    assert.equal((await scan(png)).status, 200)
    assert.equal((await scan(png)).status, 200)
    assert.equal((await clerk.get(getTask, { taskId })).state, 'waiting')
    const { scans } = await clerk.get(listScans, { taskId })
    assert.deepEqual(
      scans.map((one) => [one.scanId, one.sheetId, one.page, one.recorded]),
      [[scanId, sheetId, 1, false]],
    )
    const kept = await clerk.call(getScan, { scanId })
    assert.ok(kept.ok && kept.bytes.equals(png))
    await clerk.get(recordSheet, {
      ...{
        taskId,
        sheetId,
        sheetNo: 1,
        surveyedOn: '2026-11-10',
        surveyors: ['紙野'],
        witness: '',
        note: '',
      },
      sheet: { ...flood, entryMode: 'exact', answers: { dwelling: true, collapsed: true } },
      ...{ startedAt: null, recordedAt: cloud.clock.toISOString(), sentAt: cloud.clock.toISOString() },
      ...{ position: null, device: '' },
    })
    assert.equal((await clerk.get(listScans, { taskId })).scans[0]!.recorded, true)
    // Hostile and wrong ones.
    for (const [bytes, problem] of [
      [Buffer.from('%PDF-1.7 not really'), filesProblems.notAPhoto],
      [Buffer.from('<script>alert(1)</script>'), filesProblems.notAPhoto],
      [Buffer.concat([png.subarray(0, 60), Buffer.alloc(500)]), filesProblems.notAPhoto],
    ] as const) {
      const refused = await scan(bytes, uuidv7())
      assert.ok(!refused.ok && refused.problem.type.endsWith(problem.code), JSON.stringify(refused))
    }
    await cloud.onboard('212032', '高山市')
    const neighbour = await cloud.signIn('212032' as MunicipalityCode, 'clerk')
    assert.equal((await scan(png, uuidv7(), neighbour)).status, 404)
    assert.equal((await neighbour.call(getScan, { scanId })).status, 404)
    assert.equal((await neighbour.call(listScans, { taskId })).status, 404)
    assert.equal((await neighbour.call(printPapers, { disasterId, taskIds: [taskId], ...flood })).status, 404)
    const viewer = await cloud.signIn(HIDA, 'viewer')
    assert.equal((await scan(png, uuidv7(), viewer)).status, 403)
  })

  test('of somebody in hiding neither the paper nor its scan tells the place', async () => {
    const taskId = await add('飛騨市古川町若宮三丁目9876番地54')
    assert.ok((await clerk.get(getTask, { taskId })).suppressed)
    const pdf = await clerk.call(printPapers, { disasterId, taskIds: [taskId], ...flood })
    assert.ok(pdf.ok && !pdf.bytes.includes('9876'))
    const { extractPages } = await import('@open-bcl/platform/pdf/readback.ts')
    const words = extractPages(pdf.bytes).join('')
    assert.ok(
      words.includes('紙野') && !words.includes('9876') && !words.includes('若宮'),
      words.slice(0, 200),
    )
    const scanId = uuidv7()
    const kept = await clerk.call(addScan, {
      ...{ taskId, scanId, sheetId: uuidv7() as SheetId, ...flood, page: 1, pages: 1, fileName: '' },
      picture: { base64: pngOf((await pagesOf(pdf.bytes))[0]!).toString('base64') },
    })
    assert.equal(kept.status, 200)
    assert.deepEqual((await clerk.get(listScans, { taskId })).scans, [])
    assert.equal((await clerk.call(getScan, { scanId })).status, 404)
  })
})
