import { spawn, type ChildProcess } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { fileInterfaces, type Business } from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import { csvLine } from '@open-bcl/modules/interfaces/interfaces.csv.ts'
import {
  enrolledAgent,
  testGateway,
  type TestGateway,
  type TestGatewayOptions,
} from '@open-bcl/modules/linkage/testing/gateway.ts'
import { openLog } from '@open-bcl/platform/log.ts'
import { saveIdentity, type MachineIdentity } from '@open-bcl/platform/pki.ts'
import { writeLinkFile, type LinkFile } from '../../../simulators/core-system/link-file.ts'
import { testCloud, type TestCloud } from '../../cloud/testing/town.ts'
import { startAgent, type AgentOptions, type RunningAgent } from '../agent.ts'

/** A cloud and its gateway, and town halls in it, each with a town, folders and an agent of its own. */
export type TestRegion = {
  readonly cloud: TestCloud
  gateway: TestGateway
  /** What every agent of it logged. */
  readonly lines: string[]
  townHall(): Promise<TownHall>
  close(): Promise<void>
}

export type TownHall = {
  readonly code: MunicipalityCode
  readonly identity: MachineIdentity
  readonly root: string
  readonly folder: string
  readonly state: string
  /** Started again, it takes the place of the one before. */
  start(over?: Partial<AgentOptions>): Promise<RunningAgent>
  stop(): Promise<void>
  /** A process of its own, as in a town hall; its address is in the environment. */
  spawn(env?: Readonly<Record<string, string>>): Promise<ChildProcess>
  put(
    business: Business,
    fileNo: number,
    rows: readonly (readonly string[])[],
    how?: { readonly into?: string; readonly mode?: 'full' | 'delta' },
  ): Promise<LinkFile>
  /** A file without manifest, there at once and whole: an agent that runs looks as soon as the folder stirs. */
  drop(name: string, text: string | Buffer): Promise<void>
  /** Rows as text, header and all. */
  csv(business: Business, rows: readonly (readonly string[])[]): string
  ours(row: readonly string[]): string[]
  waiting(): Promise<string[]>
  filed(outcome: 'done' | 'refused'): Promise<string[]>
  /** What was said of the file that was filed last. */
  paper(outcome: 'done' | 'refused', name: string): Promise<string>
  applied(): Promise<{ business: string; fileNo: number }[]>
  /** Of the residents' register. */
  currentRows(): Promise<number>
  close(): Promise<void>
}

const codes = ['212172', '212032', '212041', '212059', '212067', '212075', '212083', '212091', '212105']
codes.push('212113', '212121', '212130', '212148', '212156', '212164', '212181', '212199', '212202', '212211')

export async function testRegion(options: TestGatewayOptions = {}): Promise<TestRegion> {
  const cloud = await testCloud()
  const lines: string[] = []
  const left = [...codes]
  const region: TestRegion = {
    cloud,
    gateway: await testGateway(cloud, options),
    lines,
    townHall: async () => await openTownHall(region, left.shift()!),
    async close() {
      await region.gateway.close()
      await cloud.close()
    },
  }
  return region
}

async function openTownHall(region: TestRegion, town: string): Promise<TownHall> {
  const { cloud } = region
  const code = await cloud.onboard(town, '試験市')
  const identity = await enrolledAgent(cloud, region.gateway, code)
  const root = await mkdtemp(join(tmpdir(), 'town-hall-'))
  const folder = join(root, 'link')
  const state = join(root, 'state')
  await mkdir(folder)
  await saveIdentity(join(state, 'identity.pem'), identity)
  let agent: RunningAgent | undefined
  const stop = async (): Promise<void> => {
    await agent?.close()
    agent = undefined
  }
  const csv: TownHall['csv'] = (business, rows) =>
    [fileInterfaces[business].columns.map((column) => column.name), ...rows]
      .map((row) => csvLine([...row]))
      .join('')
  const filed: TownHall['filed'] = async (outcome) =>
    (await readdir(join(folder, outcome)).catch(() => [] as string[])).sort()
  return {
    code,
    identity,
    root,
    folder,
    state,
    stop,
    csv,
    filed,
    async start(over = {}) {
      await stop()
      agent = await startAgent({
        folder,
        stateFolder: state,
        gatewayUrl: region.gateway.origin,
        identity,
        saveIdentity: (renewed) => saveIdentity(join(state, 'identity.pem'), renewed),
        version: 'test',
        port: 0,
        log: openLog('agent', { write: (line: string) => void region.lines.push(line) }),
        // The loop of its own must not be faster than the test's looks.
        pollMs: 3_600_000,
        graceMs: 0,
        quietMs: 0,
        ...over,
      })
      return agent
    },
    async spawn(env = {}) {
      return spawn(
        process.execPath,
        ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, '../main.ts')],
        {
          env: {
            ...process.env,
            AGENT_FOLDER: folder,
            AGENT_STATE_FOLDER: state,
            AGENT_GATEWAY_URL: region.gateway.origin,
            AGENT_PORT: '0',
            ...env,
          },
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      )
    },
    async put(business, fileNo, rows, { into = folder, mode = 'full' } = {}) {
      const deletedAt = fileInterfaces[business].columns.findIndex(({ name }) => name === '削除フラグ')
      return await writeLinkFile(
        into,
        {
          municipalityCode: code,
          business,
          fileNo,
          mode,
          producedAt: '2026-11-21T02:00:00+09:00',
          producerVersion: 'test 1',
        },
        [
          {
            text: csv(business, rows),
            rows: rows.length,
            deletions: rows.filter((row) => row[deletedAt] === '1').length,
          },
        ],
      )
    },
    async drop(name, text) {
      const aside = join(root, `${name}.aside`)
      await writeFile(aside, text)
      await rename(aside, join(folder, name))
    },
    ours: (row) => row.with(0, code),
    waiting: async () => (await readdir(folder)).filter((name) => /\.(csv|json)$/.test(name)).sort(),
    async paper(outcome, name) {
      const [place] = (await filed(outcome)).slice(-1)
      return await readFile(join(folder, outcome, place!, name), 'utf8')
    },
    applied: () =>
      cloud.as(code, (ctx) =>
        ctx.tx.sql(
          `select business, file_no as "fileNo" from linkage.file
            where municipality_code = $1 and state = 'applied' order by seq`,
          [code],
        ),
      ),
    currentRows: () =>
      cloud.as(code, async (ctx) => {
        const [row] = await ctx.tx.sql<{ count: bigint }>(
          'select count(*) from residents.version where municipality_code = $1 and to_seq is null and not deleted',
          [code],
        )
        return Number(row!.count)
      }),
    async close() {
      await stop()
      await rm(root, { recursive: true, force: true })
    },
  }
}
