import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { makeTown, type DemoTown } from '@open-bcl/demo/town.ts'
import { loadTown } from '../../apps/cloud/testing/load-town.ts'
import { openStaffPages, type StaffPages } from '../../apps/cloud/testing/staff-pages.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { registerDisaster } from '../ledger/ledger.contract.ts'
import { matchTask } from './match.actions.ts'

/** A list is taken in, its people are looked at side by side with the keyboard, and a household gets a case. */
describe('名寄せの画面', () => {
  let cloud: TestCloud
  let town: DemoTown
  let pages: StaffPages
  let page: Page

  before(async () => {
    cloud = await testCloud()
    cloud.clock = new Date()
    town = makeTown({ households: 60 })
    const { code } = town.municipality
    await cloud.onboard(code, '飛騨市')
    await loadTown(cloud, town)
    const clerk = await cloud.signIn(code, 'clerk')
    const made = await clerk.get(registerDisaster, {
      ...{ name: '令和8年豪雨', hazards: ['flood'], occurredOn: '2026-11-20', causeText: '豪雨による' },
      applicationDeadlineOn: null,
    })
    pages = await openStaffPages(cloud)
    const staff = { loginId: 'window', displayName: '窓口　花子', role: 'reviewer' } as const
    page = await pages.signIn(code, staff, `/?disaster=${made.disaster.disasterId}`)
    await page.goto(`${pages.origin}/matching?disaster=${made.disaster.disasterId}`)
    await heading('名寄せ')
  })
  after(async () => {
    await pages?.close()
    await cloud.close()
  })

  const main = () => page.getByRole('main')
  const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor()
  const look = (name: string) => pages.look(page, name)

  test('a list is understood, taken in, and worked off by keys; a case begins', async () => {
    const known = Object.values(town.people).map(({ residentNo }) => residentNo)
    const [one, two] = town.residents.filter(
      ({ state, birth, kind, residentNo }) =>
        state === 'resident' && birth.on !== null && kind === 'japanese' && !known.includes(residentNo),
    )
    const lines = [
      '避難者氏名,ふりがな,生年月日,住所,部屋番号',
      `${one!.name.full},,${one!.birth.on},${one!.address.town}${one!.address.number},A-1`,
      `${two!.name.kana},,,${two!.address.town}${two!.address.number},A-2`,
      '余所野　稀子,ヨソノ マレコ,S46.3.4,富山県富山市9-9,A-3',
    ]
    await main().getByRole('link', { name: '名簿を取り込む' }).click()
    await heading('名簿を取り込む')
    await page.getByLabel(/^名簿の名前/).fill('第一体育館')
    await page.setInputFiles('input[type=file]', {
      ...{ name: 'meibo.csv', mimeType: 'text/csv', buffer: Buffer.from(lines.join('\n')) },
    })
    await page.getByRole('button', { name: '読み方を確かめる' }).click()
    await page.getByText('3人を取り込めます').first().waitFor()
    await look('matching-read')
    await page.getByRole('button', { name: '取り込んで照合する' }).click()
    await heading('第一体育館')
    const listId = new URL(page.url()).pathname.split('/').at(-1)
    await cloud.as(town.municipality.code, (ctx) => matchTask(ctx, listId))
    await page.getByRole('link', { name: '確認待ちの方を順に見る' }).click()
    await heading(new RegExp(one!.name.full.slice(0, 2)))
    await look('matching-review')
    await page.keyboard.press('1')
    await heading(new RegExp(two!.name.kana.slice(0, 2)))
    await page.keyboard.press('9')
    await heading(/余所野/)
    await page.keyboard.press('0')
    await page.getByRole('heading', { name: '住登外者として台帳に追加' }).waitFor()
    await look('matching-add')
    await page.goBack()
    await page.goto(page.url().replace(/\/matching.*\?/, `/ledger/R-${one!.residentNo}?`))
    await page.getByRole('button', { name: 'この世帯の支援を始める' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '始める' }).click()
    await heading(/世帯の支援$/)
    await page.getByLabel(/^訪問・連絡した人/).fill('保健師　山下')
    await page.getByRole('button', { name: '記録する' }).click()
    await page.getByText('保健師　山下').first().waitFor()
    await look('case')
    assert.deepEqual(pages.errors, [])
  })
})
