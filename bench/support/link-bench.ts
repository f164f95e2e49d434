import { createHash } from 'node:crypto'
import fs from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { HouseholdNo, MunicipalityCode, PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import { fileInterfaces } from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import { csvLine } from '@open-bcl/modules/interfaces/interfaces.csv.ts'
import type { Manifest } from '@open-bcl/modules/linkage/linkage.manifest.ts'
import { writeResidentRow } from '@open-bcl/modules/residents/residents.fields.ts'
import {
  enrolledAgent,
  linkFile,
  testGateway,
  type TestGateway,
} from '@open-bcl/modules/linkage/testing/gateway.ts'
import { startPostgres } from '@open-bcl/platform/db/embedded.ts'
import type { MachineIdentity } from '@open-bcl/platform/pki.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { makeTown } from '../../demo/town.ts'

const HIDA = '212172' as MunicipalityCode
const base = makeTown({})

/** How many people the demonstration town has. */
export const TOWN_ROWS = base.residents.length

/**
 * `rows` residents as a linkage file: the demonstration town (架空の人物), and above its size the town again and again
 * under other numbers. The same for the same `rows`.
 */
export function* townChunks(rows: number): Generator<Buffer> {
  let text = csvLine(fileInterfaces.residents.columns.map((column) => column.name))
  for (let i = 0; i < rows; i++) {
    const record = base.residents[i % TOWN_ROWS]!
    const copy = Math.floor(i / TOWN_ROWS)
    const numbered =
      copy === 0
        ? record
        : {
            ...record,
            residentNo: `${copy}${record.residentNo}` as ResidentNo,
            householdNo: record.householdNo && (`${copy}${record.householdNo}` as HouseholdNo),
          }
    text += csvLine(
      writeResidentRow(HIDA, numbered, {
        latest: true,
        deleted: false,
        operatorId: 'bench',
        operatedOn: '2026-11-21' as PlainDate,
        operatedTime: '02:00:00',
      }),
    )
    if (text.length > 65_536) {
      yield Buffer.from(text)
      text = ''
    }
  }
  yield Buffer.from(text)
}

/** The manifest of `townChunks(rows)`, and its size. */
export function townManifest(rows: number, fileNo: number): { manifest: Manifest; bytes: number } {
  const digest = createHash('sha256')
  let bytes = 0
  for (const chunk of townChunks(rows)) {
    digest.update(chunk)
    bytes += chunk.length
  }
  const sha256 = digest.digest('hex')
  const { manifest } = linkFile(HIDA, 'residents', fileNo, [], { sha256, rowCount: rows })
  return { manifest, bytes }
}

/** A database that flushes to disk as in production, with cloud and gateway on it, and one enrolled agent. */
export type LinkBench = {
  readonly cloud: TestCloud
  readonly gateway: TestGateway
  readonly agent: MachineIdentity
  readonly municipality: MunicipalityCode
  /** A folder on the same disk. */
  readonly folder: string
  /** URL of a superuser. */
  readonly adminUrl: string
  close(): Promise<void>
}

export async function openLinkBench(): Promise<LinkBench> {
  const folder = await mkdtemp(path.join(tmpdir(), 'bench-load-'))
  const server = await startPostgres({ kind: 'embedded', dataDir: path.join(folder, 'db') })
  process.env['TEST_DATABASE_URL'] = server.url
  const cloud = await testCloud()
  const gateway = await testGateway(cloud)
  const municipality = await cloud.onboard(HIDA, '飛騨市')
  const agent = await enrolledAgent(cloud, gateway, municipality)
  return {
    cloud,
    gateway,
    agent,
    municipality,
    folder,
    adminUrl: cloud.database.urls.admin,
    async close() {
      await gateway.close()
      await cloud.close()
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Writes `townChunks(rows)` to a file on the bench's disk, as it lies in the town hall. */
export function writeTownFile(folder: string, rows: number): string {
  const file = path.join(folder, `residents-${rows}.csv`)
  const out = fs.openSync(file, 'w')
  for (const chunk of townChunks(rows)) fs.writeSync(out, chunk)
  fs.closeSync(out)
  return file
}
