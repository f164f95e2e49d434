import type { DisasterId } from '@open-bcl/modules/disasters/disasters.ts'
import { openLedger } from '@open-bcl/modules/ledger/ledger.actions.ts'
import { takeInList } from '@open-bcl/modules/matching/lists.actions.ts'
import { matchTask } from '@open-bcl/modules/matching/match.actions.ts'
import { listCandidates, listRows } from '@open-bcl/modules/matching/matching.store.ts'
import type { ListId } from '@open-bcl/modules/matching/matching.ts'
import { registerDisaster } from '@open-bcl/modules/disasters/disasters.actions.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { CITY, cityPeople } from './support/city.ts'
import { dirtyRows, type DirtyRow } from './support/dirty-list.ts'
import { openCityBench, type LinkBench } from './support/link-bench.ts'
import { report, type BenchOptions } from './result.ts'

const ROWS = 5_000

/**
 * 名寄せ: 5,000 dirty rows against a town, from the file to the review queue, links that made themselves and their facts
 * included. Whom each row is, is known: precision and recall are counted by kind of dirt.
 */
export async function bench({ rows }: BenchOptions): Promise<void> {
  const count = rows ?? 120_000
  const bench = await openCityBench(count)
  try {
    const list = dirtyRows([...cityPeople(count)], ROWS, 20261121)
    const disasterId = await bench.cloud.as(CITY, async (ctx) => {
      const disaster = await registerDisaster(ctx, {
        ...{
          name: `見本地震${Date.now()}`,
          hazards: ['earthquake'],
          occurredOn: '2026-11-20' as never,
          causeText: '地震による',
        },
        applicationDeadlineOn: null,
      })
      await openLedger(ctx, disaster.disasterId)
      return disaster.disasterId
    })
    const began = performance.now()
    const cpu = process.cpuUsage()
    const lists: { listId: ListId; from: number }[] = []
    // A file may have 700 kB.
    const part = Math.ceil(list.length / 2)
    for (let from = 0; from < list.length; from += part) {
      const listId = uuidv7() as ListId
      lists.push({ listId, from })
      const text = [
        '氏名,フリガナ,生年月日,性別,住所,電話番号,避難所',
        ...list.slice(from, from + part).map(({ cells }) => cells.join(',')),
      ]
      await bench.cloud.as(CITY, (ctx) =>
        takeInList(ctx, {
          ...{
            listId,
            disasterId: disasterId as DisasterId,
            title: `名簿${lists.length}`,
            source: 'shelter',
          },
          ...{ automatic: true, fileName: 'list.csv', sheet: 0, targets: null, dryRun: false },
          base64: Buffer.from(text.join('\n')).toString('base64'),
        }),
      )
      for (let done = 0; done < part; done += 500) await bench.cloud.as(CITY, (ctx) => matchTask(ctx, listId))
    }
    const seconds = (performance.now() - began) / 1000
    const { user, system } = process.cpuUsage(cpu)
    console.log(`of it the processor worked ${((user + system) / 1e6).toFixed(1)} s in this process`)
    await tell(bench.cloud, lists, list)
    report({
      name: 'matching',
      data: `${list.length} dirty rows against ${count} residents`,
      figure: seconds,
      unit: 's',
      reference: null,
      ratio: null,
    })
  } finally {
    await bench.close()
  }
}

async function tell(
  cloud: LinkBench['cloud'],
  lists: readonly { listId: ListId; from: number }[],
  truth: readonly DirtyRow[],
): Promise<void> {
  const sums = new Map<string, Record<'rows' | 'linked' | 'wrong' | 'first' | 'shown' | 'offered', number>>()
  const put = (
    kind: string,
    found: Partial<Record<'linked' | 'wrong' | 'first' | 'shown' | 'offered', boolean>>,
  ) => {
    for (const name of [kind, 'all']) {
      const sum = sums.get(name) ?? { rows: 0, linked: 0, wrong: 0, first: 0, shown: 0, offered: 0 }
      sums.set(name, sum)
      sum.rows += 1
      for (const [key, yes] of Object.entries(found)) if (yes) sum[key as 'linked'] += 1
    }
  }
  await cloud.as(CITY, async (ctx) => {
    for (const { listId, from } of lists) {
      const rows = await listRows(ctx.tx, await ctx.keys(), { listId, kinds: null, after: 0, limit: ROWS })
      for (const { rowId, line, kind, personRef } of rows) {
        const { residentNo, dirt } = truth[from + line - 2]!
        const who = residentNo === null ? null : `R-${residentNo}`
        const candidates = await listCandidates(ctx.tx, rowId)
        put(dirt, {
          linked: kind === 'linked' && personRef === who,
          wrong: kind === 'linked' && personRef !== who,
          first: who === null ? candidates.length === 0 : candidates[0]?.personRef === who,
          shown: who === null ? true : candidates.some((one) => one.personRef === who),
          offered: candidates.length > 0,
        })
      }
    }
  })
  const percent = (part: number, whole: number): string =>
    whole === 0 ? '–' : `${((100 * part) / whole).toFixed(2)} %`
  for (const [kind, { rows, linked, wrong, first, shown, offered }] of [...sums].toSorted(([one], [other]) =>
    one < other ? -1 : 1,
  )) {
    console.log(
      `${kind}: ${rows} rows; linked themselves ${linked + wrong}, wrongly ${wrong} (precision ${percent(linked, linked + wrong)}, recall ${percent(linked, rows)}); the right one first ${percent(first, rows)}, among those shown ${percent(shown, rows)}; rows with candidates ${percent(offered, rows)}`,
    )
  }
}
