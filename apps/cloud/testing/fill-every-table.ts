import { randomBytes } from 'node:crypto'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { Endpoint } from '@open-bcl/core/endpoint.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { DemoTown } from '@open-bcl/demo/town.ts'
import { linkActs } from '@open-bcl/modules/access/audit-chain.actions.ts'
import type { RoleName } from '@open-bcl/modules/access/roles.ts'
import { insertBatch, insertItems, leaveOut } from '@open-bcl/modules/certificates/batch.store.ts'
import { insertBundle } from '@open-bcl/modules/certificates/bundle.store.ts'
import { putInbound } from '@open-bcl/modules/linkage/inbound.store.ts'
import type { Manifest } from '@open-bcl/modules/linkage/linkage.manifest.ts'
import { insertMapping, insertRun } from '@open-bcl/modules/manual/manual.store.ts'
import { insertMyNumbers } from '@open-bcl/modules/residents/my-numbers.store.ts'
import { cloudEndpoints } from '../compose.ts'
import { onLink } from './send-file.ts'
import { setAndReport } from './set-and-report.ts'
import type { TestCloud } from './town.ts'
import { layAlarm } from './open-alarm.ts'
import { onlyAsSampled, samples } from './walk-samples.ts'
import { skipped } from './walked-towns.ts'
import { Pool, walk } from './walk.ts'

const stopping = cloudEndpoints()
  .map(({ name }) => name)
  .filter((name) => name.startsWith('stop'))
/**
 * What this life does not come to: these columns are listed and sealed anew by the same code, and no row here tries them.
 * A life through these modules as well leaves a town whose issuing is stopped.
 */
const apartModules =
  /^(matching|cases|evacuees|extraction|dwellings|non-dwellings|surveys|field|files|support|payments|situation|external-link|relief|evac-support)\./
export const unfilled =
  /^(matching|cases|evacuees|extraction|dwellings|non_dwellings|surveys|field|files|support|payments|situation|external_link|relief|evac_support)\.|^access\.(totp|sign_in_setting)$|^(ledger\.(identity|difference)|risai\.(resurvey|letter|certificate))$/
const ending = /^(withdraw|abort|reject|stop|revoke|refund|end|pause|setBlock)/
/** What ends the walk, the issuing, or the grading here. */
const skip = [...skipped, 'setLedgerPlace', ...stopping]
/** Lives a town's life through every endpoint, so that every table has sealed rows; what is known of the town then. */
export async function fillEveryTable(
  cloud: TestCloud,
  code: MunicipalityCode,
  town: DemoTown,
): Promise<Pool> {
  const known = new Pool()
  const person = town.people['satoTaro']!
  known.pin('residentNo', person.residentNo)
  known.add('bystanderNo', town.people['motherInHiding']!.residentNo)
  known.pin('personRef', `R-${person.residentNo}`)
  known.add('name', person.name.full)
  known.add('kana', person.name.kana)
  known.add('birthOn', person.birth.on!)
  known.add('hazards', ['earthquake'])
  // The kind whose right clerks and reviewers have.
  known.pin('kind', 'risai')
  known.pin('objects', ['vehicle'])
  for (const name of ['occurredOn', 'appliedOn', 'surveyedOn', 'notifiedOn']) known.add(name, '2026-11-20')
  known.add('applicationDeadlineOn', '2027-11-01')
  known.add('fromOn', '2026-04-01')
  // A block that forbids from today would leave no certificate to issue.
  known.pin('startsOn', '2027-04-01')
  await layAlarm(cloud, code)
  // The audit trail's key is made when its first link is signed.
  await cloud.as(code, (ctx) => linkActs(ctx))
  const life = cloudEndpoints().filter(({ permission }) => !apartModules.test(permission))
  for (const role of ['clerk', 'reviewer', 'admin'] as const) await live(cloud, code, role, life, known)
  // Once more without the acts that end something, so that there is a certificate to issue.
  const making = cloudEndpoints().filter(
    ({ name, permission }) =>
      /^(risai|certificates|disasters|ledger)\./.test(permission) && !ending.test(name),
  )
  for (const role of ['clerk', 'reviewer'] as const) await live(cloud, code, role, making, known)
  await setAndReport(cloud, code, person)
  await arrangeLink(cloud, code, town)
  return known
}

async function live(
  cloud: TestCloud,
  code: MunicipalityCode,
  role: RoleName,
  endpoints: readonly Endpoint[],
  known: Pool,
): Promise<void> {
  known.add('transactionId', randomBytes(16).toString('hex'))
  await walk(endpoints, await cloud.signIn(code, role), known, {
    order: 'life',
    skip,
    samples,
    onlyAsSampled,
  })
}

/** What comes over the link or from a file, not through an endpoint that the walk can reach. */
async function arrangeLink(cloud: TestCloud, code: MunicipalityCode, town: DemoTown): Promise<void> {
  const { residentNo } = town.residents[0]!
  const now = cloud.clock
  await onLink(cloud, code, async (ctx) => {
    const keys = await ctx.keys()
    await insertMyNumbers(ctx.tx, keys, new Map([[residentNo, '123456789018']]), 1n)
    const manifest = { business: 'houses', fileNo: 1, sha256: '0'.repeat(64) } as Manifest
    const upload = {
      uploadId: uuidv7(),
      spoolId: uuidv7(),
      key: randomBytes(32),
      bytes: 1,
      sentBy: uuidv7(),
      now,
      signedAt: now,
    }
    await putInbound(ctx.tx, keys, { manifest, ...upload })
  })
  await cloud.as(code, async (ctx) => {
    const keys = await ctx.keys()
    const batchId = uuidv7()
    const batch = { batchId, kind: 'risai', scopeId: batchId, withSheets: true, bundleSize: 1 } as const
    await insertBatch(ctx.tx, { ...batch, askedAt: now, askedBy: 'test' }, 'test')
    const item = { position: 1, subjectId: batchId, copies: 1, transactionId: 'e'.repeat(32) }
    await insertItems(ctx.tx, batchId, [item])
    await leaveOut(ctx.tx, keys, batchId, [{ position: 1, code: 401, reasons: ['試験'] }], ['waiting'])
    const sheets = { pdf: Buffer.from('試験'), words: [] }
    await insertBundle(ctx.tx, keys, batchId, { bundleNo: 1, sheets, madeAt: now, positions: [] })
    const [upload] = await ctx.tx.sql<{ id: string }>(
      'select upload_id as id from manual.upload where municipality_code = $1 limit 1',
      [code],
    )
    const sealedAt = (place: string, id: string): Buffer => keys.seal(place, id, '{}')
    const [mappingId, runId] = [uuidv7(), uuidv7()]
    const mapping = { mappingId, sealed: sealedAt('manual.mapping.sealed', mappingId) }
    await insertMapping(ctx.tx, { ...mapping, business: 'residents', savedBy: 'test', now })
    await insertRun(ctx.tx, {
      ...{
        runId,
        uploadId: upload!.id,
        sealed: sealedAt('manual.run.sealed', runId),
        business: 'residents',
      },
      ...{ kind: 'check', mode: 'full', confirmedDeletions: null, startedBy: 'test', now },
    })
  })
}
