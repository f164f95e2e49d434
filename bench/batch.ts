import path from 'node:path'

import type { HouseholdNo } from '@open-bcl/core/brand.ts'
import { getBundleDocument, getBatch, startBatch } from '@open-bcl/modules/certificates/batch.contract.ts'
import { findIssue, getFrozen } from '@open-bcl/modules/certificates/certificates.store.ts'
import { batchJob } from '@open-bcl/modules/certificates/batch.jobs.ts'
import type { DisasterId } from '@open-bcl/modules/disasters/disasters.ts'
import { registerDisaster } from '@open-bcl/modules/ledger/ledger.contract.ts'
import { addressLine, displayName } from '@open-bcl/modules/residents/residents.ts'
import { draftApplication } from '@open-bcl/modules/risai/risai.contract.ts'
import { risaiBatches } from '@open-bcl/modules/risai/risai.routes.ts'
import type { ApplicationForm } from '@open-bcl/modules/risai/risai.ts'
import { makeIssuable, type Applied } from '@open-bcl/modules/risai/testing/many.ts'
import { type PdfEngine, startPdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { issuingOf, noServices } from '../apps/cloud/compose.ts'
import { TEST_BUILD, type TestCloud } from '../apps/cloud/testing/town.ts'
import { type BenchOptions, report } from './result.ts'
import { CITY, cityPeople } from './support/city.ts'
import { makeCityFile, openLinkBench, readCityFile } from './support/link-bench.ts'

const DESIGN_SIZE = 5_000
const BUNDLE = 100

/**
 * 罹災証明書 of a disaster from the clerk's button to the last bundle's bytes: order of posting, freezing, two renderers, reading back,
 * sealing, 宛名台紙, and each bundle merged and read back again as a clerk downloads it. `rows` = certificates, 5,000 unless said.
 */
export async function bench({ rows }: BenchOptions): Promise<void> {
  const count = rows ?? DESIGN_SIZE
  const bench = await openLinkBench()
  const { cloud } = bench
  const engine = await startPdfEngine({
    cacheDir: path.resolve(import.meta.dirname, '../.cache'),
    workers: 2,
  })
  try {
    await bench.apply({ mode: 'full', open: readCityFile(makeCityFile(bench.folder, count)) })
    const clerk = await cloud.signIn(CITY, 'clerk')
    const { disaster } = await clerk.get(registerDisaster, {
      ...{ name: '試験の地震', hazards: ['earthquake'], occurredOn: '2026-07-28' },
      ...{ causeText: '令和８年７月２８日の地震による', applicationDeadlineOn: null },
    })
    const { disasterId } = disaster
    let form: ApplicationForm | undefined
    const applied: Applied[] = []
    for (const person of cityPeople(count)) {
      const { residentNo } = person
      const householdNo = person.householdNo ?? (residentNo as string as HouseholdNo)
      form ??= (await clerk.get(draftApplication, { disasterId, personRef: `R-${residentNo}` })).form as never
      applied.push({
        residentNo,
        householdNo,
        form: formOf(form!, displayName(person.name), addressLine(person.address)),
      })
    }
    await cloud.as(CITY, (ctx) =>
      makeIssuable(ctx, { disasterId: disasterId as DisasterId, code: disaster.disasterCode }, applied),
    )
    const issuing = issuingOf({ ...noServices, engine, build: TEST_BUILD })
    const job = batchJob(cloud.runtime, { issuing, sources: risaiBatches })

    const cpuBefore = cpu()
    const began = performance.now()
    const { batchId } = await clerk.get(startBatch, {
      ...{ kind: 'risai', scopeId: disasterId, withSheets: true, bundleSize: BUNDLE },
    })
    const asked = performance.now()
    const memory: number[] = []
    const watch = setInterval(() => memory.push(process.memoryUsage.rss()), 100)
    const call = { actor: { kind: 'job', task: job.task }, municipality: CITY, traceId: 'bench' } as const
    await withCtx(cloud.runtime, call, (ctx) => job.run(ctx, { batchId }))
    const made = performance.now()
    const cpuMade = cpu()
    const { bundles, counts, state } = await clerk.get(getBatch, { batchId })
    if (state !== 'done' || counts.made !== count)
      throw new Error(`not made: ${JSON.stringify({ state, counts })}`)
    let bytes = 0
    for (const { bundleNo } of bundles) {
      const answer = await clerk.call(getBundleDocument, { batchId, bundleNo })
      if (!answer.ok) throw new Error(`bundle ${bundleNo}: ${answer.status}`)
      bytes += answer.bytes.length
    }
    const ended = performance.now()
    clearInterval(watch)
    const cpuAfter = cpu()
    const seconds = (from: number, to: number): string => ((to - from) / 1_000).toFixed(1)
    console.log(
      `chosen and ordered ${seconds(began, asked)} s, made ${seconds(asked, made)} s, ${bundles.length} bundles delivered ${seconds(made, ended)} s`,
    )
    const each = (ms: number): string => (ms / count).toFixed(1)
    console.log(
      `CPU of this process a certificate: making ${each(cpuMade.all - cpuBefore.all)} ms, of it ${each(cpuMade.main - cpuBefore.main)} ms on the main thread; delivering ${each(cpuAfter.all - cpuMade.all)} ms`,
    )
    console.log(`a bundle: ${(bytes / bundles.length / 1e6).toFixed(1)} MB`)
    const quarters = [0.25, 0.5, 0.75, 1].map((share) => memory[Math.ceil(share * memory.length) - 1] ?? 0)
    console.log(`memory at each quarter, MB: ${quarters.map((rss) => Math.round(rss / 1e6)).join(', ')}`)
    const plain = await renderOnly(cloud, engine, batchId)
    console.log(`rendering alone, both threads busy: ${plain.toFixed(1)} ms a certificate`)
    report({
      name: 'batch',
      data: `${count} 罹災証明書 with 宛名台紙, bundles of ${BUNDLE}, from the button to the last byte`,
      figure: (ended - began) / 1_000,
      unit: 's',
      // What the renderer alone needs for as many on the same machine at that moment.
      reference: (plain * count) / 1_000,
      ratio: (plain * count) / (ended - began),
    })
  } finally {
    await engine.close()
    await bench.close()
  }
}

const RENDERED_ALONE = 200

/** ms a certificate of the batch when nothing else is done with it. */
async function renderOnly(cloud: TestCloud, engine: PdfEngine, batchId: string): Promise<number> {
  const contents = await cloud.as(CITY, async (ctx) => {
    const items = await ctx.tx.sql<{ id: string }>(
      `select transaction_id as id from certificates.batch_item
        where municipality_code = $1 and batch_id = $2 and state <> 'left-out' order by position limit ${RENDERED_ALONE}`,
      [CITY, batchId],
    )
    const keys = await ctx.keys()
    const found = []
    for (const { id } of items) {
      const issue = await findIssue(ctx.tx, id)
      const { snapshot } = await getFrozen(ctx.tx, keys, id)
      found.push({ layout: issue!.layoutVersion, snapshot })
    }
    return found
  })
  const began = performance.now()
  let next = 0
  const hand = async (): Promise<void> => {
    for (let one = contents[next++]; one !== undefined; one = contents[next++])
      await engine.render(one.layout, one.snapshot, { timeoutMs: 60_000 })
  }
  await Promise.all([hand(), hand(), hand()])
  return (performance.now() - began) / contents.length
}

/** ms: of all threads, and of this one. */
function cpu(): { readonly all: number; readonly main: number } {
  const sum = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1_000
  return { all: sum(process.cpuUsage()), main: sum(process.threadCpuUsage()) }
}

function formOf(form: ApplicationForm, name: string, address: string): ApplicationForm {
  return {
    ...form,
    applicant: { ...form.applicant, name, address, email: '' },
    head: { ...form.head, name, address },
    members: [],
    dwellingAddress: address,
    damageText: '屋根瓦が落ちた',
  }
}
