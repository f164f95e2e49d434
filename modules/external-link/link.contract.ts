import { z } from 'zod'
import { FileNo, Kind, Mode } from './external-link.contract.ts'
import { MOST_BYTES } from './external-link.ts'

/**
 * What another vendor's system says over the machine link: POST, JSON, mutual TLS, each message signed as 連携AP signs
 * (docs/interfaces/linkage.md). Each may be said again: nothing is done twice.
 */
export const externalLinkPaths = {
  next: '/link/external/next',
  file: '/link/external/file',
  acknowledge: '/link/external/acknowledge',
  results: '/link/external/results',
} as const

const disasterCode = z.string().min(1).max(20)
/** The oldest file that was not acknowledged, else a new one. */
export const nextRequest = z.strictObject({ disasterCode, kind: Kind })
/** A file again, whenever. */
export const fileRequest = z.strictObject({ disasterCode, kind: Kind, fileNo: FileNo })
export const acknowledgeRequest = fileRequest
export const resultsRequest = z.strictObject({ disasterCode, mode: Mode, csv: z.string().max(MOST_BYTES) })
