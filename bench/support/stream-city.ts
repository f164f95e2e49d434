import { once } from 'node:events'
import { fileInterfaces } from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import { csvLine } from '@open-bcl/modules/interfaces/interfaces.csv.ts'
import { cityRows } from './city.ts'

/** So many different people; a larger town has them again, and only 宛名番号 and 世帯番号 tell them apart. */
const PEOPLE = 20_000

/** `stream-city.ts TOWN ROWS`: writes a linkage file of any length to its output, which no disk would like to hold. */
const [town, size] = process.argv.slice(2) as [string, string]
const rows = Number(size)
const lines = [...cityRows(Math.min(rows, PEOPLE))].map((fields) =>
  csvLine(fields.with(0, town).with(1, '@').with(4, '#')),
)
const send = async (text: string): Promise<void> => {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain')
}
await send(csvLine(fileInterfaces.residents.columns.map(({ name }) => name)))
let text = ''
for (let i = 0; i < rows; i++) {
  const line = lines[i % lines.length]!
  text += line.replace('@', String(i + 1)).replace('#', String(Math.floor(i / 2.3) + 1))
  if (text.length < 65_536) continue
  await send(text)
  text = ''
}
await send(text)
