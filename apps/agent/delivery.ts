import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { businesses, fileInterfaces, type Business } from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import type { FileState, LinkStatus } from '@open-bcl/modules/linkage/gateway.contract.ts'
import type { Manifest } from '@open-bcl/modules/linkage/linkage.manifest.ts'
import { linkageLog, linkageProblems } from '@open-bcl/modules/linkage/linkage.messages.ts'
import { fileErrorOf, type FileError, type LinkReceipt } from '@open-bcl/modules/linkage/linkage.receipt.ts'
import type { Log } from '@open-bcl/platform/log.ts'
import { checkFile, type CheckedFile } from './check-file.ts'
import type { Differences } from './differences.ts'
import { Refusal, Unreachable, type GatewayClient, type Mode } from './gateway-client.ts'
import type { ReadyFile, Source, WrongFile } from './inbox.ts'
import { Mirror } from './mirror.ts'
import type { Memory } from './memory.ts'
import { errorReport } from './report.ts'
import type { StateFile } from './state.ts'
import { FileChanged, Uploader } from './upload.ts'

/** Problems that say something of the file, so that sending it again is useless. */
const ABOUT_THE_FILE = [
  linkageProblems.badManifest,
  linkageProblems.otherMunicipality,
  linkageProblems.numberTaken,
  linkageProblems.fileTooLarge,
] as const
/** In manifests that the agent makes itself. */
const PRODUCER = 'Open BCL 連携AP'
/** The longest wait for one file to be applied before the others are looked at again. */
const PATIENCE_MS = 20 * 60_000
/** A full file without manifest that has lost more than this is not believed without a word from its maker. */
const MOST_LOSS = 0.1

export type DeliveryOptions = {
  readonly municipality: MunicipalityCode
  readonly mode: Mode
  readonly send: 'files' | 'differences'
  readonly state: StateFile
  readonly memory: Memory
  readonly differences: Differences
  readonly log: Log
  readonly now: () => Date
  readonly signal: AbortSignal
}

type Sent = {
  readonly manifest: Manifest
  readonly dataPath: string
  readonly bytes: number
  readonly mark: string
}

/** Brings ready files over, one business after the other, and files what the cloud has judged. */
export class Delivery {
  readonly #options: DeliveryOptions
  readonly #mirrors: ReadonlyMap<Business, Mirror>
  /** What a reading found, so that a file that waits for days is read once. */
  readonly #checked = new Map<string, CheckedFile>()
  /** Whose rows are staged for the mirror. */
  readonly #staged = new Map<Business, string>()
  #uploader: { readonly client: GatewayClient; readonly uploader: Uploader } | null = null
  /** Files that wait for something else than us, and why. */
  readonly held = new Map<string, string>()

  constructor(options: DeliveryOptions) {
    this.#options = options
    // Their tables are made now: looking at them later must not need room on a disk that is full.
    this.#mirrors = new Map(businesses.map((business) => [business, new Mirror(options.state, business)]))
  }

  mirror(business: Business): Mirror {
    return this.#mirrors.get(business)!
  }

  /** A file as it lies there now: after any change it is looked at anew. */
  keyOf({ name, mark, manifestBytes }: Pick<ReadyFile, 'name' | 'mark' | 'manifestBytes'>): string {
    const told = createHash('sha256')
      .update(manifestBytes ?? '')
      .digest('hex')
    return `${name}|${mark}|${told}`
  }

  /**
   * Sends what waits of one business, numbered files first. Files with a number are sent even where an earlier one is
   * missing: the cloud keeps them, and its staff see what is held up.
   */
  async sendAll(
    business: Business,
    files: readonly { readonly file: ReadyFile; readonly source: Source }[],
    status: LinkStatus,
    client: GatewayClient,
  ): Promise<void> {
    const numbered = files
      .filter(({ file }) => (file.manifest?.fileNo ?? 0) > 0)
      .toSorted((a, b) => a.file.manifest!.fileNo - b.file.manifest!.fileNo)
    const state = { next: nextOf(status, business), last: lastOf(status, business), paused: false }
    state.paused = status.businesses.find((one) => one.business === business)?.paused ?? false
    let all = true
    for (const { file, source } of numbered)
      if (!(await this.#sendOne(file, source, state, client))) all = false
    // The next number is known only when nothing with a number is under way.
    if (!all) return
    // The order of numbers is the order of time: one that has to wait stops those that follow.
    for (const { file, source } of inOrder(files))
      if (!(await this.#sendOne(file, source, state, client))) return
  }

  /** Files what the source found wrong by itself. */
  async refuseUnread(file: WrongFile, source: Source): Promise<void> {
    await this.#refuseHere(file, source, file.errors)
  }

  /** Returns whether the file is settled. */
  async #sendOne(file: ReadyFile, source: Source, at: Position, client: GatewayClient): Promise<boolean> {
    const { business } = file
    const key = this.keyOf(file)
    const checked = await this.#check(file, key)
    if (checked.faults.length > 0) {
      if (file.manifest?.producerVersion === PRODUCER) return await this.#startOver(file, source)
      if (!file.settled) return this.#hold(key, '書き終わるのを待っています')
      const taken = this.#options.mode === 'production' && (file.manifest?.fileNo ?? at.next) < at.next
      const fileNo = file.manifest?.fileNo || null
      await this.#refuseHere({ ...file, fileNo }, source, checked.faults, taken ? 'taken' : 'file')
      return true
    }
    if (this.#isDoubtful(file, checked)) return this.#hold(key, doubtful)
    const difference = await this.#differenceOf(file, key, checked, at)
    if (difference === 'same') {
      await this.#options.differences.keep(business, file.dataPath, checked.sha256)
      this.mirror(business).apply(this.mirror(business).known()!.fileNo, 'full', checked.sha256)
      await source.settle(file, 'done', { 'unchanged.txt': unchanged })
      this.#options.memory.noteUnchanged(business)
      return true
    }
    const numbered = await this.#numbered(file, source, checked, at)
    const sent: Sent =
      difference === null
        ? { ...numbered, manifest: { ...numbered.manifest!, hashTotal: checked.hashTotal } }
        : { ...difference, manifest: { ...difference.manifest, fileNo: numbered.manifest!.fileNo } }
    const { fileNo, sha256 } = sent.manifest
    const { mode } = this.#options
    const known =
      mode === 'production' && at.last?.fileNo === fileNo && at.last.sha256 === sha256 ? at.last : null
    if (difference !== null)
      this.#options.memory.noteDifference(business, { key: this.keyOf(numbered), fileNo, sha256 })
    try {
      const state: FileState =
        known === null ? await this.#await(sent, client, at) : { state: 'applied', receipt: known }
      return await this.#judge(numbered, source, sent, checked, state, at)
    } catch (error) {
      if (error instanceof FileChanged) {
        this.#checked.delete(key)
        if (sent.manifest.producerVersion === PRODUCER) return await this.#startOver(numbered, source)
        return this.#hold(
          this.keyOf(numbered),
          '送信中にファイルが書き換えられました。書き終わってから送り直します',
        )
      }
      if (!(error instanceof Refusal) || !ABOUT_THE_FILE.some((kind) => error.is(kind))) throw error
      const { title, detail, errors = [] } = error.problem
      const report = errorReport(
        file.name,
        sent.manifest,
        `${title}。${detail}`,
        errors.map(fileErrorOf),
        false,
        error.is(linkageProblems.numberTaken) ? 'taken' : 'file',
      )
      const place = await source.settle(numbered, 'refused', { 'errors.txt': report })
      this.#noteRefusal({ business, fileNo }, place, errors.length, title)
      this.#options.log(linkageLog.agentRefused, { business, fileNo, problem: error.problem.type })
      return true
    }
  }

  /** The manifest is ours, and the file has become another one since. */
  async #startOver(file: ReadyFile, source: Source): Promise<false> {
    await source.unnumber(file)
    return this.#hold(this.keyOf(file), '書き終わるのを待っています')
  }

  #hold(key: string, why: string): false {
    this.held.set(key, why)
    return false
  }

  /** Reads the whole file, unless that was done and nothing has been staged for its business since. */
  async #check(file: ReadyFile, key: string, again = false): Promise<CheckedFile> {
    const known = this.#checked.get(key)
    if (known !== undefined && !again) return known
    const { manifest } = file
    const checked = await checkFile({
      path: file.dataPath,
      municipality: this.#options.municipality,
      business: file.business,
      claims: manifest ?? {},
      mirror: this.mirror(file.business),
      signal: this.#options.signal,
    })
    this.#checked.set(key, checked)
    this.#staged.set(file.business, checked.sha256)
    return checked
  }

  /** So that the stage holds this file: another of the business may have been read since. */
  async #stage(file: ReadyFile, key: string, sha256: string): Promise<void> {
    if (this.#staged.get(file.business) !== sha256) await this.#check(file, key, true)
  }

  /** Cut off while it was copied, an export without manifest would delete a part of the town. */
  #isDoubtful(file: ReadyFile, checked: CheckedFile): boolean {
    if (file.manifest !== null || file.mode !== 'full' || file.confirmed) return false
    const before = this.mirror(file.business).known()
    return before !== null && checked.rows < before.rows * (1 - MOST_LOSS)
  }

  async #numbered(file: ReadyFile, source: Source, checked: CheckedFile, at: Position): Promise<ReadyFile> {
    if ((file.manifest?.fileNo ?? 0) > 0) return file
    const { id: interfaceId } = fileInterfaces[file.business]
    const fileNo =
      this.#options.mode === 'production' ? at.next : this.#options.memory.nextVerification(file.business)
    const manifest: Manifest = {
      interfaceId,
      interfaceVersion: checked.version,
      municipalityCode: this.#options.municipality,
      business: file.business,
      mode: file.mode,
      rowCount: checked.rows,
      deleteCount: checked.deletions,
      sha256: checked.sha256,
      hashTotal: checked.hashTotal,
      producedAt: new Date(file.order.at).toISOString(),
      producerVersion: PRODUCER,
      ...file.manifest,
      fileNo,
    }
    const numbered = await source.number(file, manifest)
    this.#checked.set(this.keyOf(numbered), checked)
    return numbered
  }

  /** What to send instead of a full export; `same`: nothing has changed; `null`: the file itself. */
  async #differenceOf(
    file: ReadyFile,
    key: string,
    checked: CheckedFile,
    at: Position,
  ): Promise<Sent | 'same' | null> {
    const { send, mode, differences, memory } = this.#options
    if (send !== 'differences' || mode !== 'production' || file.mode !== 'full') return null
    const mirror = this.mirror(file.business)
    const before = memory.difference(file.business)
    // It was sent for this very file, and applied, before we died.
    const applied = before !== null && before.key === key && at.last?.sha256 === before.sha256
    if (!applied && mirror.known()?.fileNo !== at.next - 1) return null
    await this.#stage(file, key, checked.sha256)
    const made = await differences.make(file.business, mirror, file.dataPath, checked)
    if (made === null) return null
    if (made.rows === 0 && (file.manifest?.fileNo ?? 0) === 0) return 'same'
    const { id: interfaceId } = fileInterfaces[file.business]
    const ofDelta = await checkFile({
      path: made.path,
      municipality: this.#options.municipality,
      business: file.business,
      claims: { sha256: made.sha256, interfaceVersion: checked.version },
      mirror: { openStage: () => ({ add: () => undefined, finish: () => [] }) },
    })
    const manifest: Manifest = {
      interfaceId,
      interfaceVersion: checked.version,
      municipalityCode: this.#options.municipality,
      business: file.business,
      fileNo: 0,
      mode: 'delta',
      rowCount: made.rows,
      deleteCount: made.deletions,
      sha256: made.sha256,
      hashTotal: ofDelta.hashTotal,
      producedAt: new Date(file.order.at).toISOString(),
      producerVersion: PRODUCER,
    }
    return { manifest, dataPath: made.path, bytes: made.bytes, mark: ofDelta.mark }
  }

  /** One for as long as the connection is the same: what it has learnt of the line is worth keeping. */
  #uploaderOf(client: GatewayClient): Uploader {
    if (this.#uploader?.client !== client)
      this.#uploader = { client, uploader: new Uploader(client, this.#options.signal) }
    return this.#uploader.uploader
  }

  /** Sends and waits until the cloud has judged, as long as it is this file's turn. */
  async #await(sent: Sent, client: GatewayClient, at: Position): Promise<FileState> {
    const { signal } = this.#options
    let state = await this.#uploaderOf(client).send(sent)
    const until = performance.now() + PATIENCE_MS
    for (
      let pause = 50;
      state.state === 'waiting' || state.state === 'applying';
      pause = Math.min(5_000, pause * 1.5)
    ) {
      if (at.paused || performance.now() > until) break
      await delay(pause, undefined, { signal }).catch(() => {
        throw new Unreachable('終了しています。')
      })
      state = await client.fileState(sent.manifest)
    }
    return state
  }

  /** Files the pair by what was said of it; false when it must wait. */
  async #judge(
    file: ReadyFile,
    source: Source,
    sent: Sent,
    checked: CheckedFile,
    state: FileState,
    at: Position,
  ): Promise<boolean> {
    const { memory, log } = this.#options
    const { business, fileNo } = sent.manifest
    switch (state.state) {
      case 'receiving':
        throw new Unreachable('接続先が受け取りをやり直しています。')
      case 'waiting':
      case 'applying':
        return this.#hold(this.keyOf(file), 'BCLで取込を待っています')
      case 'held':
        return this.#hold(
          this.keyOf(file),
          at.paused
            ? 'BCLの職員が取込を一時停止しています'
            : `${linkageProblems.gap.title}。次に受け取る通番は${at.next}です`,
        )
      case 'refused': {
        const { receipt } = state
        const summary = 'ファイル全体が取り込まれませんでした'
        const report = errorReport(file.name, sent.manifest, summary, receipt.errors, receipt.moreErrors)
        await source.settle(file, 'refused', { 'errors.txt': report, 'receipt.json': json(receipt) })
        memory.noteRefused(business, this.#options.now())
        log(linkageLog.agentRefused, { business, fileNo, errors: receipt.errors.length })
        return true
      }
      case 'applied':
      case 'verified': {
        const { receipt } = state
        if (state.state === 'applied') await this.#mirror(file, checked, receipt, at)
        const papers = { 'receipt.json': json(receipt), ...badRowsReport(file.name, sent.manifest, receipt) }
        await source.settle(file, 'done', papers)
        memory.noteApplied(business, receipt)
        if (receipt.fileNo >= at.next && state.state === 'applied') {
          at.next = receipt.fileNo + 1
          at.last = receipt
        }
        log(linkageLog.agentSent, { business, fileNo, rows: receipt.counts.rows })
        return true
      }
    }
  }

  async #mirror(file: ReadyFile, checked: CheckedFile, receipt: LinkReceipt, at: Position): Promise<void> {
    const mirror = this.mirror(file.business)
    const before = mirror.known()?.fileNo ?? 0
    // The first receipt of a file sent long ago says nothing of today.
    if (receipt.fileNo <= before) return
    const whole = file.mode === 'full'
    await this.#stage(file, this.keyOf(file), checked.sha256)
    // Of an earlier file nobody knows what has been put right since.
    if (receipt.fileNo >= at.next - 1) mirror.noteBad(receipt.fileNo, file.mode, this.#options.now())
    // Where what stood before is not known, neither is what stays for want of a good row.
    if (receipt.fileNo !== before + 1 && (!whole || checked.badRows > 0)) return mirror.forget()
    const keeps = this.#options.send === 'differences' && whole
    if (keeps) await this.#options.differences.keep(file.business, file.dataPath, checked.sha256)
    mirror.apply(receipt.fileNo, file.mode, keeps ? checked.sha256 : null)
    this.#staged.delete(file.business)
    await this.#options.differences.tidy(file.business, keeps ? checked.sha256 : null)
  }

  async #refuseHere(
    file: Omit<WrongFile, 'errors'>,
    source: Source,
    errors: readonly FileError[],
    what: 'file' | 'taken' = 'file',
  ): Promise<void> {
    const summary = '送信する前の確認で誤りが見つかりました'
    const report = errorReport(file.name, null, summary, errors, false, what)
    const place = await source.settle(file, 'refused', { 'errors.txt': report })
    this.#noteRefusal(file, place, errors.length, errors[0]!.message)
    this.#options.log(linkageLog.agentRefused, { errors: errors.length })
  }

  /** For the cloud's staff, who have no receipt of it. The name of a file may be anything, so it stays here. */
  #noteRefusal(
    { business, fileNo }: Pick<WrongFile, 'business' | 'fileNo'>,
    place: string,
    errors: number,
    reason: string,
  ): void {
    const { memory } = this.#options
    const now = this.#options.now()
    if (business !== null) memory.noteRefused(business, now)
    memory.noteRefusal({
      business,
      fileNo,
      place: place.slice(-12),
      at: now.toISOString(),
      errors: Math.max(1, errors),
      reason: reason.slice(0, 300).replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '?'),
    })
  }
}

/** Where the business stands at the gateway, while its files go over. */
type Position = { next: number; last: LinkReceipt | null; paused: boolean }

const doubtful =
  '前回の全件より1割以上減っています。途中で切れたファイルでないことを確かめ、送付票を付けるか、同じ名前の「.ok」ファイルを置いてください'
const unchanged = '前回の全件と同じ内容のため、送るものはありませんでした。\r\n'

function nextOf(status: LinkStatus, business: Business): number {
  return status.businesses.find((one) => one.business === business)?.nextFileNo ?? 1
}

function lastOf(status: LinkStatus, business: Business): LinkReceipt | null {
  return status.businesses.find((one) => one.business === business)?.last ?? null
}

/** Files without number: by the last part of their names, or by when they were made where manifests say that. */
function inOrder<F extends { readonly file: ReadyFile }>(files: readonly F[]): F[] {
  const waiting = files.filter(({ file }) => (file.manifest?.fileNo ?? 0) === 0)
  const named = waiting.every(({ file }) => file.order.name !== null)
  const compare = new Intl.Collator('en', { numeric: true }).compare
  return waiting.toSorted((a, b) =>
    named ? compare(a.file.order.name!, b.file.order.name!) : a.file.order.at - b.file.order.at,
  )
}

function badRowsReport(name: string, manifest: Manifest, receipt: LinkReceipt): Record<string, string> {
  if (receipt.counts.refused === 0) return {}
  const summary = `誤りのある行が${receipt.counts.refused}行あり、その行は取り込まれませんでした`
  return { 'errors.txt': errorReport(name, manifest, summary, receipt.errors, receipt.moreErrors, 'rows') }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 1)}\n`
}
