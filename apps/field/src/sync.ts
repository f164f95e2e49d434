import { parkedReasons } from '@open-bcl/modules/field/field.ts'
import { getWork, sendItem, sendSealedItem, tellDevice } from '@open-bcl/modules/field/phone.contract.ts'
import type { TaskId } from '@open-bcl/modules/surveys/surveys.ts'
import type { OutputOf, RawInputOf } from '@open-bcl/core/endpoint.ts'
import { ask, Refusal } from './server.ts'
import { toBase64, type Entry, type Secrets, type Vault } from './vault.ts'

export type CarriedTask = OutputOf<typeof getWork>['tasks'][number]
export type Work = readonly CarriedTask[]

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
/** Answers of a town that has no way for bytes yet, and of one whom something on the way hands them over spoilt. */
const NOT_AS_BYTES = [400, 404, 415]
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
  #fetching: Promise<unknown> = Promise.resolve()

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
    const left = new Set(entries)
    const send = async (entry: Entry): Promise<void> => {
      await this.#send(entry, left)
      left.delete(entry)
    }
    // Claims and sheets in their order; photos hang on nothing but their house, and fill the line meanwhile.
    const photos = entries.filter(({ kind }) => kind === 'photo')
    const lane = async (): Promise<void> => {
      for (let next = photos.shift(); next !== undefined; next = photos.shift()) await send(next)
    }
    const others = async (): Promise<void> => {
      for (const entry of entries.filter(({ kind }) => kind !== 'photo')) await send(entry)
      await lane()
    }
    await Promise.all([others(), ...Array.from({ length: PHOTOS_AT_ONCE }, lane)])
    if (state !== 'revoked') return void (await this.#tell(false))
    const kept = (await this.#vault.entries()).filter((entry) => isUnsent(entry) || entry.state === 'draft')
    if (kept.length > 0) return
    await this.#tell(true)
    await this.#vault.wipe()
  }

  #as(): { municipality: string; passId: string; token: string } {
    const { municipality, passId, sendToken } = this.#vault.pass!
    return { municipality, passId, token: sendToken }
  }

  async #tell(wiped: boolean): Promise<OutputOf<typeof tellDevice>> {
    const sentAt = new Date().toISOString()
    const unsent = unsentOf((await this.#vault.entries()).filter(isUnsent))
    const told = await ask(tellDevice, { unsent, wiped, sentAt }, this.#as())
    this.#set({ passState: told.state })
    return told
  }

  async #send(entry: Entry, left: ReadonlySet<Entry>): Promise<void> {
    try {
      const done = await this.#handOverOne(entry, left)
      await this.#vault.sent(entry, toldOf(entry.kind, done))
      this.#set({ sent: this.state.sent + 1 })
    } catch (error) {
      if (!(error instanceof Refusal) || error.status === 0 || error.status === 401 || error.status >= 429)
        throw error
      // Refused for good: it stays here, is shown, and holds nothing else up.
      await this.#vault.mark(entry, 'problem', error.title)
    }
  }

  /** As bytes; as text, a third longer, where they do not get through. */
  async #handOverOne({ itemId }: Entry, left: ReadonlySet<Entry>): Promise<OutputOf<typeof sendItem>> {
    const bytes = await this.#vault.envelope(itemId)
    const { keyId } = this.#vault.pass!
    const said = { itemId, keyId, unsent: unsentOf([...left]), sentAt: new Date().toISOString() }
    try {
      return await ask(sendSealedItem, { ...said, bytes, sha256: await sha256Hex(bytes) }, this.#as())
    } catch (error) {
      if (!(error instanceof Refusal) || !NOT_AS_BYTES.includes(error.status)) throw error
      return await ask(sendItem, { ...said, base64: toBase64(bytes) }, this.#as())
    }
  }

  /** One after the other: each writes what is carried. */
  #inTurn(work: () => Promise<Work>): Promise<Work> {
    const run = this.#fetching.then(work)
    this.#fetching = run.catch(() => undefined)
    return run
  }

  /** Fetches the team's houses anew. */
  fetchWork(secrets: Secrets): Promise<Work> {
    return this.#inTurn(async () => {
      const done = (await this.#vault.entries()).filter(({ state }) => state === 'sent')
      const tasks: CarriedTask[] = []
      let after: string | null = null
      do {
        const page = await this.#page(secrets, { after, limit: PAGE })
        tasks.push(...page.tasks)
        after = page.next
      } while (after !== null)
      return await this.#carry(tasks, done)
    })
  }

  /** What the town says now of the houses it has just had something of. The other thousands are as they were. */
  fetchSent(secrets: Secrets): Promise<Work> {
    return this.#inTurn(async () => {
      const entries = await this.#vault.entries()
      const done = entries.filter(({ state }) => state === 'sent')
      const told = entries.filter(({ state }) => state === 'sent' || state === 'conflict')
      const work = await this.#vault.work<CarriedTask>()
      const ids = [...new Set(told.map(({ taskId }) => taskId))]
      if (ids.length === 0) return work
      const fresh = new Map<string, CarriedTask>()
      for (let at = 0; at < ids.length; at += PAGE) {
        const taskIds = ids.slice(at, at + PAGE) as TaskId[]
        const { tasks } = await this.#page(secrets, { after: null, limit: PAGE, taskIds })
        for (const task of tasks) fresh.set(task.taskId, task)
      }
      const asked = new Set(ids)
      // Of those asked about, who is not in the answer is the team's no more.
      const next = work.flatMap((task) => {
        const now = asked.has(task.taskId) ? fresh.get(task.taskId) : task
        return now === undefined ? [] : [now]
      })
      return await this.#carry(next, done)
    })
  }

  async #page(secrets: Secrets, input: RawInputOf<typeof getWork>): Promise<OutputOf<typeof getWork>> {
    const { municipality, passId } = this.#vault.pass!
    return await ask(getWork, input, { municipality, passId, token: secrets.token })
  }

  async #carry(work: Work, done: readonly Entry[]): Promise<Work> {
    await this.#vault.putWork(work)
    for (const entry of done) await this.#vault.forget(entry)
    return work
  }
}

async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function unsentOf(waiting: readonly Entry[]): { count: number; since: string | null } {
  return { count: waiting.length, since: waiting[0]?.at ?? null }
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
