import { once } from 'node:events'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PassThrough } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import * as contract from '@open-bcl/modules/extraction/extraction.contract.ts'
import { registerDisaster } from '@open-bcl/modules/ledger/ledger.contract.ts'
import pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { CITY } from './support/city.ts'
import { openCityBench, peakMemory } from './support/link-bench.ts'
import { report, type BenchOptions } from './result.ts'

/**
 * Everybody of a city counted, saved as a list and written out as CSV over HTTP: each person opened, each in the audit trail before
 * the page leaves. Beside it the same people's sealed rows by `COPY … TO`, opened by nobody.
 */
export async function bench({ rows }: BenchOptions): Promise<void> {
  const people = rows ?? 1_000_000
  const bench = await openCityBench(people)
  try {
    const { cloud } = bench
    const clerk = await cloud.signIn(CITY, 'clerk')
    const { disaster } = await clerk.get(registerDisaster, {
      ...{
        name: `計測の災害${Date.now()}`,
        hazards: ['flood'],
        occurredOn: '2026-11-20',
        causeText: '大雨による',
      },
      applicationDeadlineOn: null,
    })
    const { disasterId } = disaster
    const conditions = {
      ...{ ageFrom: 0, ageTo: null, sexes: [], sizeFrom: null, sizeTo: null, elderlyOnly: false, area: '' },
      ...{ careLevels: [], disability: false, entered: null, items: [], facts: [] },
    }
    const seconds = (from: number): string => ((performance.now() - from) / 1000).toFixed(1)
    const counting = performance.now()
    const { count } = await clerk.get(contract.countExtraction, { disasterId, conditions })
    console.log(`counted ${count} in ${seconds(counting)} s`)
    const saving = performance.now()
    const saved = await clerk.get(contract.saveExtraction, { disasterId, name: '計測', conditions })
    console.log(`saved in ${seconds(saving)} s`)
    const { listId } = saved
    const looking = performance.now()
    await clerk.get(contract.getExtraction, { listId })
    console.log(`a page of it shown in ${((performance.now() - looking) / 1).toFixed(0)} ms`)
    await cloud.app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = cloud.app.server.address() as AddressInfo
    global.gc?.()
    const before = process.memoryUsage.rss()
    const cpu = process.cpuUsage()
    const began = performance.now()
    let first = 0
    const { result: lines, peak } = await peakMemory(async () => {
      const asked = request({
        ...{ port, host: '127.0.0.1', path: `/api/extraction/lists/${listId}/list.csv` },
        headers: { cookie: clerk.cookie },
      })
      asked.end()
      const [answer] = (await once(asked, 'response')) as [NodeJS.ReadableStream & { statusCode: number }]
      if (answer.statusCode !== 200) throw new Error(`answered ${answer.statusCode}`)
      let found = 0
      for await (const chunk of answer as AsyncIterable<Buffer>) {
        if (first === 0) first = performance.now() - began
        for (const byte of chunk) if (byte === 10) found += 1
      }
      return found
    })
    const took = performance.now() - began
    const { user, system } = process.cpuUsage(cpu)
    if (lines !== saved.people + 1) throw new Error(`${lines} lines of ${saved.people} people`)
    console.log(
      `${lines} lines in ${(took / 1000).toFixed(1)} s, the first after ${first.toFixed(0)} ms; this process computed ${((user + system) / 1e6).toFixed(1)} s`,
    )
    console.log(`memory ${Math.round(before / 1e6)} MB before, at most ${Math.round(peak / 1e6)} MB`)
    const plain = await copyOut(bench.adminUrl)
    console.log(`COPY TO of the same sealed rows: ${(plain / 1000).toFixed(1)} s`)
    report({
      name: 'extraction-export',
      data: `${saved.people} people opened, audited and streamed as CSV`,
      ...{ figure: took / 1000, unit: 's', reference: plain / 1000, ratio: plain / took },
      rssMb: peak / 1e6,
    })
  } finally {
    await bench.close()
  }
}

async function copyOut(url: string): Promise<number> {
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  const began = performance.now()
  const sink = new PassThrough()
  sink.resume()
  await pipeline(
    admin.query(
      copyTo(
        'copy (select resident_no, sealed from residents.version where latest and not deleted) to stdout',
      ),
    ),
    sink,
  )
  await admin.end()
  return performance.now() - began
}
