import type { Browser, TestCloud } from '../../../apps/cloud/testing/town.ts'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import type { Business } from '../../interfaces/interfaces.columns.ts'
import * as contract from '../manual.contract.ts'
import type { Plan } from '../manual.plan.ts'
import { doRun } from '../runs.actions.ts'

type Reading = OutputOf<typeof contract.readUpload>
type Run = OutputOf<typeof contract.getRun>

/** A clerk who loads files by hand, step by step as the screen does. */
export class Clerk {
  readonly #cloud: TestCloud
  readonly #town: MunicipalityCode
  readonly browser: Browser

  constructor(cloud: TestCloud, town: MunicipalityCode, browser: Browser) {
    this.#cloud = cloud
    this.#town = town
    this.browser = browser
  }

  async upload(business: Business, bytes: Buffer, fileName = '住民.csv'): Promise<string> {
    const { uploadId, pieceBytes } = await this.browser.get(contract.openUpload, {
      business,
      fileName,
      bytes: bytes.length,
    })
    for (let offset = 0; offset < bytes.length; offset += pieceBytes) {
      const base64 = bytes.subarray(offset, offset + pieceBytes).toString('base64')
      await this.browser.get(contract.putPiece, { uploadId, offset, base64 })
    }
    return uploadId
  }

  async read(uploadId: string, choice: Partial<Plan> = {}): Promise<Reading> {
    return await this.browser.get(contract.readUpload, { uploadId, choice })
  }

  /** Asks for a run and does what the queue would. */
  async run(
    uploadId: string,
    kind: 'check' | 'apply',
    plan: Plan,
    options: { mode?: 'full' | 'delta'; confirmedDeletions?: number | null } = {},
  ): Promise<Run> {
    const { mode = 'full', confirmedDeletions = null } = options
    const { runId } = await this.browser.get(contract.startRun, {
      uploadId,
      kind,
      mode,
      plan,
      confirmedDeletions,
    })
    await this.work(runId)
    return await this.browser.get(contract.getRun, { runId })
  }

  async work(runId: string): Promise<void> {
    const job = { municipality: this.#town, traceId: 'test' }
    await doRun(this.#cloud.linkage, this.#cloud.spool, job, runId)
  }

  /** The whole way of one file as it is guessed. */
  async load(
    business: Business,
    bytes: Buffer,
    options: { mode?: 'full' | 'delta'; confirmedDeletions?: number | null; fileName?: string } = {},
  ): Promise<{ readonly reading: Reading; readonly check: Run; readonly apply: Run }> {
    const uploadId = await this.upload(business, bytes, options.fileName)
    const reading = await this.read(uploadId)
    const check = await this.run(uploadId, 'check', reading.plan, options)
    const apply = await this.run(uploadId, 'apply', reading.plan, options)
    return { reading, check, apply }
  }
}
