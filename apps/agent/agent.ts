import { randomInt, X509Certificate } from 'node:crypto'
import { watch } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { businesses, linkOrder } from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import type { LinkStatus } from '@open-bcl/modules/linkage/gateway.contract.ts'
import { linkageLog, linkageProblems } from '@open-bcl/modules/linkage/linkage.messages.ts'
import { errorFields, logCodes, type Log } from '@open-bcl/platform/log.ts'
import { createCertificateRequest, expiresAt, type MachineIdentity } from '@open-bcl/platform/pki.ts'
import { Delivery } from './delivery.ts'
import { Differences } from './differences.ts'
import { GatewayClient, Refusal, Unreachable, type Mode } from './gateway-client.ts'
import { Inbox, type InboxView, type ReadyFile, type Source } from './inbox.ts'
import { Memory } from './memory.ts'
import { isDamage, isDiskFull, markDamaged, openState, type StateFile } from './state.ts'
import { listenStatusPage } from './status-page.ts'
import { agentView, type AgentView, type Trouble } from './view.ts'

export type AgentOptions = {
  /** Folder in which the core system puts its files; `done/` and `refused/` are made inside. */
  readonly folder: string
  /** The agent's own folder, readable by nobody else. */
  readonly stateFolder: string
  /** `https://bcl.example:8444`, as the gateway knows itself. */
  readonly gatewayUrl: string
  readonly identity: MachineIdentity
  /** Keeps a renewed identity for the next start. */
  saveIdentity(identity: MachineIdentity): Promise<void>
  /** Of the status page; 0 = any free one, `null` = no page. */
  readonly port: number | null
  /** Default 127.0.0.1: the page tells file names. */
  readonly host?: string
  readonly log: Log
  readonly version: string
  readonly mode?: Mode
  readonly send?: 'files' | 'differences'
  /** The town's own window in Japan, `HH:MM`; files are sent within it and the gateway's hours. Default: all day. */
  readonly hours?: { readonly from: string; readonly until: string }
  /** Beside the folder: the tables of a link database. */
  readonly tables?: ((state: StateFile) => Promise<Source>) | undefined
  /** Data that were acknowledged are removed from `done/` after this many days; receipts stay. Default 14. */
  readonly keepDays?: number
  now?(): Date
  /** How often the folder is looked at, ms; a hint of the file system comes sooner. Default 1,000. */
  readonly pollMs?: number
  /** A pair that does not fit is judged when it has not changed for this long, ms. Default 10,000. */
  readonly graceMs?: number
  /** Data without manifest count as whole when they have not changed for this long, ms. Default 60,000. */
  readonly quietMs?: number
}

export type RunningAgent = {
  /** Of the status page, without trailing slash; `''` where there is none. */
  readonly url: string
  view(): AgentView
  /** Looks and sends now, whatever the back-off says; returns when nothing more can be sent. */
  look(): Promise<void>
  close(): Promise<void>
}

const STATUS_EVERY_MS = 60_000
const LONGEST_WAIT_MS = 60_000
const DAY_MS = 86_400_000
const RENEW_DAYS = 30
const BAD_ROWS_SHOWN = 20
const RENEW_AGAIN_MS = 3_600_000

/** Runs the 連携AP: watches, checks, sends in order, and files what the cloud has judged. */
export async function startAgent(options: AgentOptions): Promise<RunningAgent> {
  const { log, pollMs = 1_000 } = options
  const agent = await Agent.open(options)
  let closed = false
  let wake = (): void => undefined
  let stirred = false
  const watcher = watch(options.folder, () => {
    stirred = true
    wake()
  })
  // Only a hint: a folder that cannot be watched (some network shares) is looked at all the same.
  watcher.on('error', () => undefined)
  const page =
    options.port === null
      ? { url: '', close: async () => undefined }
      : await listenStatusPage(() => agent.view(), options.port, options.host ?? '127.0.0.1').catch(
          (error: unknown) => {
            watcher.close()
            agent.close()
            throw error
          },
        )
  const loop = (async () => {
    while (!closed) {
      stirred = false
      await agent.round(false)
      if (closed) return
      // What came while we were busy has waited already.
      if (stirred) continue
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
    view: () => agent.view(),
    look: () => agent.round(true),
    async close() {
      closed = true
      agent.stop()
      wake()
      await loop
      await agent.round(true)
      watcher.close()
      await page.close()
      agent.close()
    },
  }
}

/** The town an agent may speak for, as its certificate says. */
export function municipalityOf(identity: MachineIdentity): MunicipalityCode {
  const names = new X509Certificate(identity.certificatePem).subjectAltName ?? ''
  const code = /URI:urn:open-bcl:agent:(\d{6})(?:,|$)/.exec(names)?.[1]
  if (code === undefined)
    throw new Error('証明書が連携APのものではありません。登録（enrol）をやり直してください。')
  return code as MunicipalityCode
}

type Seen = { readonly source: Source; readonly view: InboxView }

class Agent {
  readonly #options: AgentOptions
  readonly #now: () => Date
  readonly #municipality: MunicipalityCode
  readonly #state: StateFile
  readonly #memory: Memory
  readonly #delivery: Delivery
  readonly #sources: readonly Source[]
  readonly #abort = new AbortController()
  #identity: MachineIdentity
  #client: GatewayClient
  #seen: readonly Seen[] = []
  #status: LinkStatus | null = null
  #statusAt = 0
  #renewTriedAt = 0
  #prunedAt = 0
  #failures = 0
  #nextTryAt = 0
  readonly #trouble: {
    folder: Trouble | null
    link: Trouble | null
    renewal: Trouble | null
    state: Trouble | null
  }
  #turn: Promise<void> = Promise.resolve()

  static async open(options: AgentOptions): Promise<Agent> {
    await mkdir(options.folder, { recursive: true, mode: 0o770 })
    await mkdir(options.stateFolder, { recursive: true, mode: 0o700 })
    const state = openState(options.stateFolder, (options.now ?? (() => new Date()))())
    try {
      return new Agent(options, state, (await options.tables?.(state)) ?? null)
    } catch (error) {
      state.close()
      throw error
    }
  }

  constructor(options: AgentOptions, state: StateFile, tables: Source | null) {
    this.#options = options
    this.#now = options.now ?? (() => new Date())
    this.#identity = options.identity
    this.#municipality = municipalityOf(options.identity)
    this.#state = state
    this.#memory = new Memory(state)
    const { graceMs = 10_000, quietMs = 60_000 } = options
    const inbox = new Inbox(options.folder, this.#municipality, { graceMs, quietMs })
    this.#sources = tables === null ? [inbox] : [inbox, tables]
    this.#client = this.#newClient()
    this.#delivery = new Delivery({
      municipality: this.#municipality,
      mode: options.mode ?? 'production',
      send: options.send ?? 'files',
      state,
      memory: this.#memory,
      differences: new Differences(options.stateFolder),
      log: options.log,
      now: this.#now,
      signal: this.#abort.signal,
    })
    const begunAnew = {
      level: 'warning',
      text: '連携APの控えが壊れていたため、作り直しました。送信は続けます。突合は次の全件ファイルから再開します。',
    } as const
    this.#trouble = { folder: null, link: null, renewal: null, state: state.begunAnew ? begunAnew : null }
  }

  stop(): void {
    this.#abort.abort()
    this.#client.close()
  }

  close(): void {
    this.#state.close()
  }

  /** One look at a time. What goes wrong is shown and tried again; only a damaged state ends the program. */
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
      await this.#lookAround()
      this.#trouble.folder = null
    } catch (error) {
      this.#trouble.folder = { level: 'failure', text: folderWords(error) }
      this.#options.log(logCodes.unexpected, errorFields(error))
      return
    }
    if (!atOnce && now < this.#nextTryAt) return
    const due = now - this.#statusAt >= STATUS_EVERY_MS
    // What waits only for an earlier number, or for the morning, needs no asking each second.
    const isNew = this.#ready().some(({ file }) => !this.#delivery.held.has(this.#delivery.keyOf(file)))
    if (!atOnce && !due && !(isNew && this.#maySend())) return
    try {
      await this.#talk()
      this.#failures = 0
      this.#nextTryAt = 0
      this.#trouble.link = null
    } catch (error) {
      this.#backOff(error)
    }
  }

  /** What lies in the folders; what is wrong by itself is filed at once. */
  async #lookAround(): Promise<void> {
    const seen: Seen[] = await Promise.all(
      this.#sources.map(async (source) => ({ source, view: await source.look(this.#now()) })),
    )
    for (const { source, view } of seen)
      for (const file of view.wrong) await this.#delivery.refuseUnread(file, source)
    this.#seen = seen
    const there = new Set(this.#ready().map(({ file }) => this.#delivery.keyOf(file)))
    for (const key of this.#delivery.held.keys()) if (!there.has(key)) this.#delivery.held.delete(key)
    if (this.#now().getTime() - this.#prunedAt < DAY_MS) return
    const before = new Date(this.#now().getTime() - (this.#options.keepDays ?? 14) * DAY_MS)
    for (const source of this.#sources) await source.prune(before)
    this.#prunedAt = this.#now().getTime()
  }

  async #talk(): Promise<void> {
    let status = await this.#askStatus()
    await this.#bringBack(status)
    if (this.#maySend() && this.#ready().length > 0) {
      for (const business of linkOrder) {
        const files = this.#ready().filter(({ file }) => file.business === business)
        await this.#delivery.sendAll(business, files, status, this.#client)
      }
      await this.#lookAround()
      // Says at once that nothing waits any more.
      status = await this.#askStatus()
    }
    if (this.#options.mode !== 'verification') await this.#reconcile(status)
    await this.#renew()
  }

  async #askStatus(): Promise<LinkStatus> {
    const unsent: Partial<Record<ReadyFile['business'], number>> = {}
    const waiting = [
      ...this.#ready().map(({ file }) => file.business),
      ...this.#seen.flatMap(({ view }) => view.unfinished.map(({ business }) => business)),
    ]
    for (const business of waiting) if (business !== null) unsent[business] = (unsent[business] ?? 0) + 1
    // Refused here or there: what it would have told is not over there, whatever came before it.
    for (const business of businesses)
      if (this.#memory.refusedAt(business) !== null) unsent[business] = (unsent[business] ?? 0) + 1
    this.#status = await this.#client.status(
      this.#options.version,
      unsent,
      this.#memory.refusals(this.#now()),
    )
    this.#statusAt = this.#now().getTime()
    this.#memory.noteContact(this.#now())
    return this.#status
  }

  async #bringBack(status: LinkStatus): Promise<void> {
    const wanted = status.businesses.filter((one) => one.wanted !== null)
    if (wanted.length === 0 || this.#options.mode === 'verification') return
    for (const { business, wanted: from } of wanted)
      for (const source of this.#sources) await source.bringBack(business, from!)
    await this.#lookAround()
  }

  /** Once a day, and again after each file while the last time differed. */
  async #reconcile(status: LinkStatus): Promise<void> {
    for (const { business, nextFileNo, paused } of status.businesses) {
      const mirror = this.#delivery.mirror(business)
      const known = mirror.known()
      if (known === null || paused || this.#ready().some(({ file }) => file.business === business)) continue
      if (known.fileNo !== nextFileNo - 1) {
        // Applied without us: by another agent, or before our memory was lost.
        if (known.fileNo < nextFileNo - 1) mirror.forget()
        continue
      }
      const last = this.#memory.reconciliation(business)
      const today = dayInJapan(this.#now())
      const done = last !== null && dayInJapan(new Date(last.at)) === today
      if (done && (last.agrees || last.fileNo === known.fileNo)) continue
      const { agrees, rows } = await this.#client.reconcile({ business, ...known })
      const at = this.#now().toISOString()
      this.#memory.noteReconciliation(business, {
        fileNo: known.fileNo,
        agrees,
        ours: known.rows,
        theirs: rows,
        at,
      })
    }
  }

  async #renew(): Promise<void> {
    const now = this.#now().getTime()
    if (expiresAt(this.#identity.certificatePem).getTime() - now > RENEW_DAYS * DAY_MS) return
    if (now - this.#renewTriedAt < RENEW_AGAIN_MS) return
    this.#renewTriedAt = now
    try {
      const { requestPem, privateKeyPem } = await createCertificateRequest(
        `urn:open-bcl:agent:${this.#municipality}`,
      )
      const renewed = { privateKeyPem, ...(await this.#client.renew(requestPem)) }
      // Kept before it is used: the old one ends with the first use of the new one.
      await this.#options.saveIdentity(renewed)
      this.#identity = renewed
      this.#client.close()
      this.#client = this.#newClient()
      this.#trouble.renewal = null
    } catch (error) {
      if (error instanceof Unreachable) throw error
      const why = error instanceof Refusal ? error.problem.title : '証明書を保存できません'
      this.#trouble.renewal = {
        level: 'warning',
        text: `証明書を更新できませんでした（${why}）。1時間おきにやり直します。`,
      }
      this.#options.log(logCodes.unexpected, errorFields(error))
    }
  }

  #newClient(): GatewayClient {
    return new GatewayClient({
      gatewayUrl: this.#options.gatewayUrl,
      identity: this.#identity,
      mode: this.#options.mode ?? 'production',
      now: this.#now,
      signal: this.#abort.signal,
    })
  }

  #backOff(error: unknown): void {
    if (this.#abort.signal.aborted) return
    if (error instanceof Refusal && error.is(linkageProblems.closed)) {
      // The hours ended while we were sending. What has arrived stays there.
      if (this.#status !== null) this.#status = { ...this.#status, open: false }
      return
    }
    if (isDamage(error)) {
      // The next start puts the file aside and goes on without what it held.
      markDamaged(this.#options.stateFolder)
      throw error
    }
    this.#failures += 1
    const longest = Math.min(LONGEST_WAIT_MS, 1_000 * 2 ** Math.min(this.#failures, 6))
    const asked = error instanceof Unreachable ? Math.min((error.retryAfter ?? 0) * 1_000, 10 * 60_000) : 0
    // Spread, so that all towns do not come back in the same second after an outage.
    this.#nextTryAt = this.#now().getTime() + asked + randomInt(longest / 2, longest)
    this.#trouble.link = linkTrouble(error, this.#client.skewMs)
    this.#options.log(linkageLog.agentWaits, { attempt: this.#failures, ...errorFields(error) })
  }

  #ready(): { readonly file: ReadyFile; readonly source: Source }[] {
    return this.#seen.flatMap(({ source, view }) => view.ready.map((file) => ({ file, source })))
  }

  #maySend(): boolean {
    return this.#status?.open !== false && this.#isInWindow()
  }

  #isInWindow(): boolean {
    const { from, until } = this.#options.hours ?? { from: '00:00', until: '24:00' }
    const time = this.#now().toLocaleTimeString('sv-SE', {
      timeZone: 'Asia/Tokyo',
      hour: '2-digit',
      minute: '2-digit',
    })
    return from <= until ? from <= time && time < until : time >= from || time < until
  }

  view(): AgentView {
    return agentView({
      municipalityCode: this.#municipality,
      mode: this.#options.mode ?? 'production',
      now: this.#now(),
      certificateEndsAt: expiresAt(this.#identity.certificatePem),
      status: this.#status,
      skewMs: this.#client.skewMs,
      isInWindow: this.#isInWindow(),
      hours: this.#options.hours ?? null,
      memory: this.#memory,
      ready: this.#ready().map(({ file }) => file),
      held: (file) => this.#delivery.held.get(this.#delivery.keyOf(file)) ?? null,
      isMirrored: (business) => this.#delivery.mirror(business).known() !== null,
      badRows: (business) => this.#delivery.mirror(business).openBad(BAD_ROWS_SHOWN),
      unfinished: this.#seen.flatMap(({ view }) => view.unfinished),
      troubles: [
        ...Object.values(this.#trouble).filter((trouble) => trouble !== null),
        ...this.#seen.flatMap(({ view }) =>
          view.troubles.map((text) => ({ level: 'warning', text }) as const),
        ),
      ],
    })
  }
}

function folderWords(error: unknown): string {
  if (isDiskFull(error))
    return 'ディスクの空きがありません。空きを作ってください。ファイルはそのまま残っていて、空きができると続きを送ります。'
  const { code } = error as NodeJS.ErrnoException
  const words =
    code === 'EACCES' || code === 'EPERM'
      ? '連携APの利用者に権限を与えてください'
      : '共有の接続を確かめてください'
  return `連携フォルダを読み書きできません（${code ?? 'error'}）。${words}。`
}

function linkTrouble(error: unknown, skewMs: number | null): Trouble {
  if (error instanceof Unreachable) return { level: 'warning', text: error.reason }
  if (error instanceof Refusal) {
    const { title, detail } = error.problem
    const minutes = Math.round((skewMs ?? 0) / 60_000)
    const clock =
      error.is(linkageProblems.wrongClock) && minutes !== 0
        ? `このサーバの時計は接続先より${Math.abs(minutes)}分${minutes > 0 ? '遅れて' : '進んで'}います。時計を合わせてください。`
        : ''
    return { level: 'failure', text: `${title}。${detail}${clock}` }
  }
  if (isDiskFull(error)) return { level: 'failure', text: folderWords(error) }
  const code = (error as NodeJS.ErrnoException).code ?? 'error'
  return {
    level: 'failure',
    text: `ファイルを読み書きできません（${code}）。権限と空き容量を確かめてください。`,
  }
}

function dayInJapan(at: Date): string {
  return at.toLocaleDateString('sv-SE', { timeZone: 'Asia/Tokyo' })
}
