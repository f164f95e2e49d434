import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { changeItemNames, getItemNames } from './item-names.contract.ts'
import { arranged, linesOf, subsystemItems, subsystems, type NameLine } from './item-names.ts'

describe('業務の項目の設定', () => {
  let cloud: TestCloud
  let reviewer: Browser
  let viewer: Browser
  let neighbour: Browser
  before(async () => {
    cloud = await testCloud()
    await cloud.onboard('212172', '飛騨市')
    await cloud.onboard('212032', '高山市')
    reviewer = await cloud.signIn('212172' as MunicipalityCode, 'reviewer')
    viewer = await cloud.signIn('212172' as MunicipalityCode, 'viewer')
    neighbour = await cloud.signIn('212032' as MunicipalityCode, 'reviewer')
  })
  after(() => cloud.close())

  const subsystem = 'non-dwellings'
  const plain = linesOf(subsystem, [])
  const set = (version: number, lines: readonly NameLine[], by = reviewer) =>
    by.call(changeItemNames, { subsystem, version, lines: [...lines] })

  test('what a town sets stands for its own people, and a release’s new item comes last, shown', async () => {
    const [corporateNo, ownerAddress, phone, note] = plain as [NameLine, NameLine, NameLine, NameLine]
    const lines = [{ ...note, name: 'メモ' }, phone, { ...corporateNo, shown: false }, ownerAddress]
    assert.equal((await set(0, lines, viewer)).status, 403)
    assert.equal((await set(0, lines)).status, 200)
    assert.deepEqual(await viewer.get(getItemNames, { subsystem }), { version: 1, lines })
    assert.deepEqual(await neighbour.get(getItemNames, { subsystem }), { version: 0, lines: [...plain] })
    assert.deepEqual(await reviewer.get(getItemNames, { subsystem: 'cases' }), {
      version: 0,
      lines: [...linesOf('cases', [])],
    })
    assert.equal((await set(0, lines)).status, 409, 'a colleague was first')
    assert.deepEqual(linesOf(subsystem, lines.slice(0, 3)).at(-1), ownerAddress)
  })

  test('what law, form or work needs cannot be named, left out or doubled', async () => {
    const wrong: readonly (readonly NameLine[])[] = [
      [...plain, { key: 'name', name: '物件', shown: false }],
      plain.slice(1),
      [...plain.slice(1), plain[1]!],
      plain.map((line, i) => (i === 0 ? { ...line, name: '被災場所' } : line)),
      plain.map((line) => ({ ...line, name: '同じ' })),
    ]
    for (const lines of wrong) assert.equal((await set(1, lines)).status, 422, JSON.stringify(lines))
  })

  test('places: fixed ones stay where they are, the others take their turns, hidden ones leave', () => {
    const places = [
      { head: '種類' },
      { item: 'corporateNo', head: '法人番号' },
      { head: '所有者' },
      { item: 'phone', head: '電話番号' },
      { item: 'note', head: '備考' },
      { item: 'result', head: '被害' },
    ]
    const heads = (sheet: readonly NameLine[]) =>
      arranged(subsystem, sheet, places).map(({ head, name }) => name ?? head)
    assert.deepEqual(
      heads([]),
      places.map(({ head }) => head),
    )
    const sheet = [
      { key: 'note', name: 'メモ', shown: true },
      { key: 'corporateNo', name: '法人番号', shown: true },
      { key: 'phone', name: '電話番号', shown: false },
    ]
    assert.deepEqual(heads(sheet), ['種類', 'メモ', '所有者', '法人番号', '被害'])
  })

  test('of every subsystem something is the town’s and something is not, each under its own name', () => {
    for (const { value } of subsystems) {
      const items = subsystemItems[value]
      assert.ok(items.some(({ fixed }) => fixed === '') && items.some(({ fixed }) => fixed !== ''), value)
      assert.equal(new Set(items.map(({ key }) => key)).size, items.length)
      assert.equal(new Set(items.map(({ name }) => name)).size, items.length)
    }
  })
})
