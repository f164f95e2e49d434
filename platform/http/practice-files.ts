import type { Endpoint } from '@open-bcl/core/endpoint.ts'
import { markPages } from '../pdf/practice-mark.ts'
import type { Binary, Ready, Streamed } from './answers.ts'

/** 「練習_」: a file says by its name that it is none of the town's. */
const PREFIX = '練習_'

/**
 * What leaves a practice town as a file, marked: every page of a document of ours, and every file by its name. Here, where
 * all files leave, so that none of a module to come is forgotten. What cannot be marked does not leave.
 */
export async function markedAsPractice(endpoint: Endpoint, answer: Ready): Promise<Ready> {
  if (typeof answer === 'string') return answer
  const fileName = `${PREFIX}${answer.fileName}`
  if (endpoint.produces !== 'application/pdf') return { ...answer, fileName }
  return { bytes: markPages(await wholeOf(answer)), fileName }
}

async function wholeOf(answer: Binary | Streamed): Promise<Uint8Array> {
  if ('bytes' in answer) return answer.bytes
  const parts: Uint8Array[] = []
  for await (const part of answer.parts()) parts.push(part)
  return Buffer.concat(parts)
}
