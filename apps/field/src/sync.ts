import { parkedReasons } from '@open-bcl/modules/field/field.ts'
import { getWork, sendItem, tellDevice } from '@open-bcl/modules/field/phone.contract.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { ask, Refusal } from './server.ts'
import { toBase64, type Entry, type Secrets, type Vault } from './vault.ts'

export type Work = OutputOf<typeof getWork>['tasks']
export type CarriedTask = Work[number]

export type SyncState = {
  readonly busy: boolean
  readonly said: string
  readonly passState: OutputOf<typeof tellDevice>['state'] | null
  readonly lastAt: number | null
  /** Since the app was opened. */
  readonly sent: number
}

const PAGE = 500
const PHOTOS_AT_ONCE = 3
const FIRST_WAIT_MS = 5_000
const LONGEST_WAIT_MS = 5 * 60_000

/** What waits: everything recorded and not yet with the town. */
export const isUnsent = ({ state }: Entry): boolean => state === 'queued' || state === 'problem'

/** Hands over what is queued whenever it can: by itself, when the signal comes back, and at a press. Needs no PIN. */
export class Sync {
  state: SyncState = { busy: false, said: '', passState: null, lastAt: null, sent: 0 }
  readonly #vault: Vault
  readonly #listeners = new Set<() => void>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #waitMs = FIRST_WAIT_MS
  #running: Promise<void> | null = null

  constructor(vault: Vault) {
    this.#vault = vault
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
  #set(change: Partial<SyncState>): void {
    this.state = { ...this.state, ...change }
    for (const listener of this.#listeners) listener()
  }

  start(): void {
    addEventListener('online', () => void this.now())
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) void this.now()
    })
    void this.now()
  }

  /** Soon: something was recorded. */
  soon(): void {
    this.#waitMs = FIRST_WAIT_MS
    this.#again(200)
  }
  #again(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.now(), ms)
  }

  /** One run at a time; who asks meanwhile waits for that one. */
  async now(): Promise<void> {
    this.#running ??= this.#run().finally(() => (this.#running = null))
    await this.#running
  }

  async #run(): Promise<void> {
    if (this.#vault.pass === null) return
    clearTimeout(this.#timer)
    this.#set({ busy: true, said: '' })
    try {
      await this.#handOver()
      this.#waitMs = FIRST_WAIT_MS
      this.#set({ busy: false, said: '', lastAt: Date.now() })
      this.#again(LONGEST_WAIT_MS)
    } catch (error) {
      const said = error instanceof Refusal ? error.title : '送信できませんでした'
      this.#set({ busy: false, said })
      this.#again(this.#waitMs)
      this.#waitMs = Math.min(this.#waitMs * 2, LONGEST_WAIT_MS)
    }
  }

  async #handOver(): Promise<void> {
    const { state } = await this.#tell(false)
    if (state === 'revoked') await this.#vault.dropWork()
    const entries = (await this.#vault.entries()).filter(
      // Of a phone that is to be emptied unfinished sheets go, too: what was seen is not thrown away.
      (entry) => entry.state === 'queued' || (state === 'revoked' && entry.state === 'draft'),
    )
    // Claims and sheets in their order; photos hang on nothing but their house.
    for (const entry of entries.filter(({ kind }) => kind !== 'photo')) await this.#send(entry)
    const photos = entries.filter(({ kind }) => kind === 'photo')
    const lane = async (): Promise<void> => {
      for (let next = photos.shift(); next !== undefined; next = photos.shift()) await this.#send(next)
    }
    await Promise.all(Array.from({ length: PHOTOS_AT_ONCE }, lane))
    if (state !== 'revoked') return void (await this.#tell(false))
    const left = (await this.#vault.entries()).filter((entry) => isUnsent(entry) || entry.state === 'draft')
    if (left.length > 0) return
    await this.#tell(true)
    await this.#vault.wipe()
  }

  #as(): { municipality: string; passId: string; token: string } {
    const { municipality, passId, sendToken } = this.#vault.pass!
    return { municipality, passId, token: sendToken }
  }

  async #unsent(): Promise<{ count: number; since: string | null }> {
    const waiting = (await this.#vault.entries()).filter(isUnsent)
    return { count: waiting.length, since: waiting[0]?.at ?? null }
  }

  async #tell(wiped: boolean): Promise<OutputOf<typeof tellDevice>> {
    const sentAt = new Date().toISOString()
    const told = await ask(tellDevice, { unsent: await this.#unsent(), wiped, sentAt }, this.#as())
    this.#set({ passState: told.state })
    return told
  }

  async #send(entry: Entry): Promise<void> {
    const { itemId } = entry
    const base64 = toBase64(await this.#vault.envelope(itemId))
    const unsent = await this.#unsent()
    const sentAt = new Date().toISOString()
    const { keyId } = this.#vault.pass!
    try {
      const done = await ask(sendItem, { itemId, keyId, base64, unsent, sentAt }, this.#as())
      await this.#vault.sent(entry, toldOf(entry.kind, done))
      this.#set({ sent: this.state.sent + 1 })
    } catch (error) {
      if (!(error instanceof Refusal) || error.status === 0 || error.status === 401 || error.status >= 429)
        throw error
      // Refused for good: it stays here, is shown, and holds nothing else up.
      await this.#vault.mark(entry, 'problem', error.title)
    }
  }

  /** Fetches the team's houses anew. */
  async fetchWork(secrets: Secrets): Promise<Work> {
    const { municipality, passId } = this.#vault.pass!
    const done = (await this.#vault.entries()).filter(({ state }) => state === 'sent')
    const tasks: Work = []
    let after: string | null = null
    do {
      const page: OutputOf<typeof getWork> = await ask(
        getWork,
        { after, limit: PAGE },
        { municipality, passId, token: secrets.token },
      )
      tasks.push(...page.tasks)
      after = page.next
    } while (after !== null)
    await this.#vault.putWork(tasks)
    for (const entry of done) await this.#vault.forget(entry)
    return tasks
  }
}

function toldOf(
  kind: Entry['kind'],
  done: OutputOf<typeof sendItem>,
): { state: Entry['state']; said: string } | null {
  if (done.state === 'parked')
    return { state: 'parked', said: parkedReasons.find((one) => one.value === done.why)?.label ?? '' }
  if (done.conflict) return { state: 'conflict', said: 'この住家には、ほかの班の調査票もあります' }
  // The house counts as recorded here until the town says so itself.
  return kind === 'photo' ? null : { state: 'sent', said: '' }
}
