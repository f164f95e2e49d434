import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { inTheField, LINE, SLOWER, TOWN, type Field } from './support/field-phone.ts'
import { photographer } from './support/photographs.ts'
import { median, report, type BenchOptions } from './result.ts'

const DAY = { houses: 30, photos: 10 }
/** Houses whose photos have twelve megapixels; those of the others are cut out of such ones, which saves minutes. */
const LARGE = 1

/**
 * A day of thirty houses recorded in the survey app without signal, each with a sheet and ten photos, and then handed over on a
 * line of 10 Mbit/s. Beside it the time that the bytes alone take on that line.
 */
export async function bench({ rows }: BenchOptions): Promise<void> {
  const day = { ...DAY, houses: rows ?? DAY.houses }
  await inTheField(day.houses, async (field) => {
    const { seconds, atLeast } = await oneDay(field, day)
    report({
      name: 'field',
      data: `${day.houses} houses × ${day.photos} photos handed over on 10 Mbit/s, processor ${SLOWER} × as slow`,
      ...{ figure: seconds, unit: 's', reference: atLeast, ratio: atLeast / seconds },
    })
  })
}

async function oneDay(
  { cloud, line, folder, phone: { page, look } }: Field,
  day: typeof DAY,
): Promise<{ seconds: number; atLeast: number }> {
  const context = page.context()
  const shoot = photographer()
  await context.setOffline(true)
  const each: number[] = []
  let taken = 0
  for (let house = 0; house < day.houses; house++) {
    const files: string[] = []
    for (let i = 0; i < day.photos; i++) {
      const file = path.join(folder, `photo-${i}.jpg`)
      const bytes = await shoot(house * day.photos + i, house < LARGE ? 'whole' : 'quarter')
      if (house < LARGE) taken += bytes.length
      await writeFile(file, bytes)
      files.push(file)
    }
    await page.locator('.field-list li button').first().tap()
    await page.getByRole('button', { name: '調査票を記入する' }).tap()
    await page.getByRole('group', { name: '流失・埋没・焼失', exact: true }).getByLabel('いいえ').check()
    await page.getByText('この端末に保存しました').waitFor()
    await page.getByRole('button', { name: '調査票を終わりにする' }).tap()
    const began = performance.now()
    await page.locator('input[type=file]').setInputFiles(files)
    await page.getByText(`${day.photos}枚をこの端末に保存しました`).waitFor()
    if (house < LARGE) each.push((performance.now() - began) / day.photos)
    if ((house + 1) % 10 === 0) console.log(`${house + 1} houses recorded`)
    await page.getByRole('button', { name: '← 一覧に戻る' }).tap()
  }
  const waiting = day.houses * (day.photos + 1)
  await page.locator('.field-unsent').getByText(`未送信 ${waiting}件`).waitFor()
  console.log(
    `photos of twelve megapixels: ${(taken / 1e6 / LARGE / day.photos).toFixed(1)} MB; made small, sealed and kept in ${median(each).toFixed(0)} ms each (processor ${SLOWER} × as slow)`,
  )
  await look.begin()
  const before = line.carried.up
  await context.setOffline(false)
  const began = performance.now()
  await page.locator('.field-unsent').getByText('未送信はありません').waitFor()
  const seconds = (performance.now() - began) / 1_000
  const up = line.carried.up - before
  await look.tell('the screen meanwhile')
  const kept = await cloud.as(TOWN, async ({ tx }) => {
    const [row] = await tx.sql<{ photos: number; sheets: number; bytes: number }>(
      `select (select count(*)::int from surveys.photo where municipality_code = $1) as photos,
              (select count(distinct sheet_id)::int from surveys.sheet where municipality_code = $1) as sheets,
              (select sum(bytes)::int from files.file where municipality_code = $1) as bytes`,
      [TOWN],
    )
    return row!
  })
  if (kept.photos !== day.houses * day.photos || kept.sheets < day.houses)
    throw new Error(`the town has ${kept.photos} photos and ${kept.sheets} sheets`)
  const atLeast = (up * 8) / LINE.bitsPerSecond
  console.log(
    `${waiting} items handed over in ${seconds.toFixed(1)} s: ${(kept.bytes / 1e6).toFixed(1)} MB of photos, ${(up / 1e6).toFixed(1)} MB on the line, which alone take ${atLeast.toFixed(1)} s`,
  )
  return { seconds, atLeast }
}
