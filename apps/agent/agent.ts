import { randomInt, X509Certificate } from 'node:crypto'
import { watch } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { Business } from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import type { LinkStatus } from '@open-bcl/modules/linkage/linkage.contract.ts'
import { linkageLog, linkageProblems, nextFileNo } from '@open-bcl/modules/linkage/linkage.messages.ts'
import { fileErrorOf, type LinkReceipt } from '@open-bcl/modules/linkage/linkage.receipt.ts'
import { sweepTemporaryFiles, writeFileAtomic } from '@open-bcl/platform/atomic-file.ts'
import { errorFields, logCodes, type Log } from '@open-bcl/platform/log.ts'
import { expiresAt, type MachineIdentity } from '@open-bcl/platform/pki.ts'
import { GatewayClient, Unreachable, type FileAnswer } from './gateway-client.ts'
import { Inbox, type InboxView, type ReadyFile } from './inbox.ts'
import { errorReport } from './report.ts'
import { listenStatusPage, type AgentView } from './status-page.ts'

export type AgentOptions = {
  /** Folder in which the core system puts `NAME.csv` and `NAME.json`; `done/` and `refused/` are made inside. */
  readonly folder: string
  /** The agent's own folder, readable by nobody else. */
  readonly stateFolder: string
  /** `https://bcl.example:8444`, as the gateway knows itself. */
  readonly gatewayUrl: string
  readonly identity: MachineIdentity
  /** Of the status page; 0 = any free one. */
  readonly port: number
  /** Default 127.0.0.1: the page tells file names. */
  readonly host?: string
  readonly log: Log
  now?(): Date
  /** How often the folder is looked at, ms; a hint of the file system comes sooner. Default 1,000. */
  readonly pollMs?: number
  /** A pair that does not fit is judged when it has not changed for this long, ms. Default 10,000. */
  readonly graceMs?: number
}

export type RunningAgent = {
  /** Of the status page, without trailing slash. */
  readonly url: string
  /** Looks and sends now, whatever the back-off says; returns when nothing more can be sent. */
  look(): Promise<void>
  close(): Promise<void>
}

/** 支援措置 first: no address may be in the cloud before the word that it must be hidden. */
const ORDER: readonly Business[] = ['suppressions', 'residents', 'card-serials']
const STATUS_EVERY_MS = 60_000
const LONGEST_WAIT_MS = 60_000

/** Problems that say something of the file, so that sending it again is useless. */
const ABOUT_THE_FILE: ReadonlySet<string> = new Set(
  [linkageProblems.badManifest, linkageProblems.otherMunicipality, linkageProblems.numberTaken].map(
    (kind) => `/problems/${kind.code}`,
  ),
)
const TOO_LARGE = 413

/** What is worth remembering over a restart; what to send next, folder and gateway know. */
type Memory = {
  readonly acknowledged: Partial<
    Record<Business, { fileNo: number; sha256: string; fileId: string; at: string }>
  >
  readonly lastContactAt: string | null
}

/** Runs the 連携AP: watches the folder, checks, sends in order, and files what the cloud has judged. */
export async function startAgent(options: AgentOptions): Promise<RunningAgent> {
  const { log, pollMs = 1_000 } = options
  const agent = await Agent.open(options)
  let closed = false
  let wake = (): void => undefined
  const watcher = watch(options.folder, () => wake())
  // Only a hint: a folder that cannot be watched (some network shares) is looked at all the same.
  watcher.on('error', () => undefined)
  const page = await listenStatusPage(() => agent.view(), options.port, options.host ?? '127.0.0.1').catch(
    (error: unknown) => {
      watcher.close()
      throw error
    },
  )
  const loop = (async () => {
    while (!closed) {
      await agent.round(false)
      if (closed) return
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pollMs)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  })()
  log(logCodes.started, { program: 'agent' })
  return {
    url: page.url,
    look: () => agent.round(true),
    async close() {
      closed = true
      agent.stop()
      wake()
      await loop
      watcher.close()
      await page.close()
    },
  }
}

/** The town an agent may speak for, as its certificate says. */
export function municipalityOf(identity: MachineIdentity): MunicipalityCode {
  const names = new X509Certificate(identity.certificatePem).subjectAltName ?? ''
  const code = /URI:urn:open-bcl:agent:(\d{6})(?:,|$)/.exec(names)?.[1]
  if (code === undefined) throw new Error('the certificate is not that of an agent')
  return code as MunicipalityCode
}

class Agent {
  readonly #options: AgentOptions
  readonly #now: () => Date
  readonly #municipality: MunicipalityCode
  readonly #inbox: Inbox
  readonly #abort = new AbortController()
  readonly #client: GatewayClient
  #memory: Memory
  #folder: InboxView = { ready: [], wrong: [], unfinished: [] }
  #status: LinkStatus | null = null
  #statusAt = 0
  #folderProblem: string | null = null
  #linkProblem: string | null = null
  #failures = 0
  #nextTryAt = 0
  #turn: Promise<void> = Promise.resolve()

  static async open(options: AgentOptions): Promise<Agent> {
    await mkdir(options.folder, { recursive: true, mode: 0o770 })
    await mkdir(options.stateFolder, { recursive: true, mode: 0o700 })
    const path = join(options.stateFolder, 'state.json')
    await sweepTemporaryFiles(path)
    return new Agent(options, await readMemory(path))
  }

  constructor(options: AgentOptions, memory: Memory) {
    this.#options = options
    this.#now = options.now ?? (() => new Date())
    this.#memory = memory
    this.#municipality = municipalityOf(options.identity)
    this.#inbox = new Inbox(options.folder, this.#municipality, options.graceMs ?? 10_000)
    this.#client = new GatewayClient(options.gatewayUrl, options.identity, this.#now, this.#abort.signal)
  }

  stop(): void {
    this.#abort.abort()
    this.#client.close()
  }

  /** One look at a time. Never throws: what goes wrong is shown and tried again. */
  async round(atOnce: boolean): Promise<void> {
    const before = this.#turn
    this.#turn = (async () => {
      await before
      if (!this.#abort.signal.aborted) await this.#round(atOnce)
    })()
    await this.#turn
  }

  async #round(atOnce: boolean): Promise<void> {
    const now = this.#now().getTime()
    try {
      this.#folder = await this.#inbox.look(this.#now())
      for (const file of this.#folder.wrong) await this.#refuseHere(file)
      this.#folderProblem = null
    } catch (error) {
      this.#folderProblem = `連携フォルダを読み書きできません（${errorFields(error).errorCode ?? 'error'}）。`
      this.#options.log(logCodes.unexpected, errorFields(error))
      return
    }
    if (!atOnce && now < this.#nextTryAt) return
    const due = now - this.#statusAt >= STATUS_EVERY_MS
    if (!atOnce && !due && this.#folder.ready.length === 0) return
    try {
      // What waits only for an earlier number needs no asking each second.
      if (!atOnce && !due && !this.#folder.ready.some((file) => this.#isTurn(file))) return
      this.#status = await this.#client.status()
      this.#statusAt = now
      await this.#remember({ ...this.#memory, lastContactAt: this.#now().toISOString() })
      for (const business of ORDER) await this.#sendAll(business)
      this.#failures = 0
      this.#nextTryAt = 0
      this.#linkProblem = null
    } catch (error) {
      this.#backOff(error)
    }
  }

  #backOff(error: unknown): void {
    if (this.#abort.signal.aborted) return
    this.#failures += 1
    const longest = Math.min(LONGEST_WAIT_MS, 1_000 * 2 ** Math.min(this.#failures, 6))
    // Spread, so that all towns do not come back in the same second after an outage.
    this.#nextTryAt = this.#now().getTime() + randomInt(longest / 2, longest)
    this.#linkProblem = error instanceof Unreachable ? error.reason : '送信の処理に失敗しました。'
    this.#options.log(linkageLog.agentWaits, { attempt: this.#failures, ...errorFields(error) })
  }

  #nextOf(business: Business): number | null {
    return this.#status?.businesses.find((one) => one.business === business)?.nextFileNo ?? null
  }

  #isTurn({ manifest }: ReadyFile): boolean {
    const next = this.#nextOf(manifest.business)
    return next === null || manifest.fileNo <= next
  }

  async #sendAll(business: Business): Promise<void> {
    const files = this.#folder.ready
      .filter((file) => file.manifest.business === business)
      .toSorted((a, b) => a.manifest.fileNo - b.manifest.fileNo)
    for (const file of files) {
      if (!this.#isTurn(file)) return
      const { fileNo, sha256 } = file.manifest
      const last = this.#status?.businesses.find((one) => one.business === business)?.last
      const known = last?.fileNo === fileNo && last.sha256 === sha256
      const answer: FileAnswer = known ? { kind: 'receipt', receipt: last } : await this.#client.send(file)
      if (!(await this.#judge(file, answer))) return
    }
  }

  /** Files the pair by what was said of it; false when it must wait. */
  async #judge(file: ReadyFile, answer: FileAnswer): Promise<boolean> {
    const { business, fileNo } = file.manifest
    if (answer.kind === 'receipt') {
      const { receipt } = answer
      if (receipt.state === 'applied') await this.#acknowledge(file, receipt)
      else {
        const summary = `誤りのある行が${receipt.counts.refused}行あります`
        const report = errorReport(file.name, file.manifest, summary, receipt.errors, receipt.moreErrors)
        await this.#inbox.settle(file, 'refused', { 'errors.txt': report, 'receipt.json': json(receipt) })
        this.#options.log(linkageLog.agentRefused, { business, fileNo, errors: receipt.errors.length })
      }
      return true
    }
    const { problem } = answer
    if (problem.type === `/problems/${linkageProblems.gap.code}`) return false
    if (!ABOUT_THE_FILE.has(problem.type) && problem.status !== TOO_LARGE)
      throw new Unreachable(`${problem.title}。${problem.detail}`)
    const errors = (problem.errors ?? []).map(fileErrorOf)
    const report = errorReport(file.name, file.manifest, `${problem.title}。${problem.detail}`, errors, false)
    await this.#inbox.settle(file, 'refused', { 'errors.txt': report })
    this.#options.log(linkageLog.agentRefused, { business, fileNo, problem: problem.type })
    return true
  }

  async #acknowledge(file: ReadyFile, receipt: LinkReceipt): Promise<void> {
    const { business, fileNo } = file.manifest
    await this.#inbox.settle(file, 'done', { 'receipt.json': json(receipt) })
    const { sha256, fileId, receivedAt } = receipt
    const acknowledged = {
      ...this.#memory.acknowledged,
      [business]: { fileNo, sha256, fileId, at: receivedAt },
    }
    await this.#remember({ ...this.#memory, acknowledged })
    this.#status = {
      ...this.#status!,
      businesses: this.#status!.businesses.map((one) =>
        one.business === business && one.nextFileNo <= fileNo
          ? { business, nextFileNo: fileNo + 1, last: receipt }
          : one,
      ),
    }
    this.#options.log(linkageLog.agentSent, { business, fileNo, rows: receipt.counts.rows })
  }

  async #refuseHere(file: InboxView['wrong'][number]): Promise<void> {
    const summary = '送信する前の確認で誤りが見つかりました'
    const report = errorReport(file.name, null, summary, file.errors, false)
    await this.#inbox.settle(file, 'refused', { 'errors.txt': report })
    this.#options.log(linkageLog.agentRefused, { errors: file.errors.length })
  }

  async #remember(memory: Memory): Promise<void> {
    this.#memory = memory
    await writeFileAtomic(join(this.#options.stateFolder, 'state.json'), json(memory))
  }

  view(): AgentView {
    const now = this.#now()
    const validUntil = expiresAt(this.#options.identity.certificatePem)
    const { lastContactAt, acknowledged } = this.#memory
    const contactMs = lastContactAt === null ? Infinity : now.getTime() - Date.parse(lastContactAt)
    return {
      municipalityCode: this.#municipality,
      problems: [this.#folderProblem, this.#linkProblem].filter((problem) => problem !== null),
      lastContactAt,
      certificateValidUntil: validUntil.toISOString(),
      checks: [
        { name: '連携フォルダ', ok: this.#folderProblem === null },
        { name: '接続先', ok: this.#linkProblem === null && contactMs < 5 * STATUS_EVERY_MS },
        { name: '証明書の期限', ok: validUntil > now },
      ],
      businesses: ORDER.map((business) => {
        const files = this.#folder.ready.filter((file) => file.manifest.business === business)
        const next = this.#nextOf(business)
        const held = files.length > 0 && !files.some((file) => this.#isTurn(file))
        return {
          business,
          nextFileNo: next,
          waiting: files.length,
          held: held && next !== null ? `${linkageProblems.gap.title}。${nextFileNo(next)}` : null,
          last: acknowledged[business] ?? null,
        }
      }),
      unfinished: this.#folder.unfinished,
    }
  }
}

async function readMemory(path: string): Promise<Memory> {
  const empty: Memory = { acknowledged: {}, lastContactAt: null }
  try {
    return { ...empty, ...(JSON.parse(await readFile(path, 'utf8')) as Partial<Memory>) }
  } catch {
    // It serves the status page only: a lost or broken one is no reason to stop sending.
    return empty
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 1)}\n`
}
