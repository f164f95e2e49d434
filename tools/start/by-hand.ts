import { setTimeout as delay } from 'node:timers/promises'
import { fillPath, type Endpoint, type OutputOf, type RawInputOf } from '@open-bcl/core/endpoint.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { demoPassword } from '@open-bcl/demo/staff.ts'
import { residentsCsv, suppressionsCsv, type DemoTown } from '@open-bcl/demo/town.ts'
import type { Business } from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import {
  getRun,
  listManualBusinesses,
  openUpload,
  putPiece,
  readUpload,
  startRun,
} from '@open-bcl/modules/manual/manual.contract.ts'

export type Call = <E extends Endpoint>(endpoint: E, input: RawInputOf<E>) => Promise<OutputOf<E>>

/**
 * Loads a demonstration town of pattern B as its administrator does on the screen of 手作業取込: 支援措置 first, each file
 * tried and then loaded. What was loaded before stays. Whether anything was loaded.
 */
export async function loadByHand(cloudUrl: string, town: DemoTown): Promise<boolean> {
  const call = await signIn(cloudUrl, town.municipality.code, 'admin')
  let loaded = false
  for (const [business, bytes] of [
    ['suppressions', suppressionsCsv(town)],
    ['residents', residentsCsv(town)],
  ] as const) {
    const { businesses } = await call(listManualBusinesses, {})
    const state = businesses.find((one) => one.business === business)!
    if (state.last !== null || state.linked) continue
    const chunks: Uint8Array[] = []
    for await (const chunk of bytes) chunks.push(chunk)
    await loadFile(call, business, Buffer.concat(chunks))
    loaded = true
  }
  return loaded
}

async function loadFile(call: Call, business: Business, bytes: Buffer): Promise<void> {
  const fileName = `${business}.csv`
  const { uploadId, pieceBytes } = await call(openUpload, { business, fileName, bytes: bytes.length })
  for (let offset = 0; offset < bytes.length; offset += pieceBytes) {
    const base64 = bytes.subarray(offset, offset + pieceBytes).toString('base64')
    await call(putPiece, { uploadId, offset, base64 })
  }
  const { plan } = await call(readUpload, { uploadId, choice: {} })
  for (const kind of ['check', 'apply'] as const) {
    const asked = { uploadId, kind, mode: 'full', plan, confirmedDeletions: null } as const
    const { runId } = await call(startRun, asked)
    let run = await call(getRun, { runId })
    for (let i = 0; i < 600 && (run.state === 'waiting' || run.state === 'running'); i++) {
      await delay(200)
      run = await call(getRun, { runId })
    }
    if (run.state !== 'done' || (run.result?.counts?.refused ?? 0) > 0)
      throw new Error(`手作業取込（${business}）が終わりません: ${run.state} ${run.result?.reason ?? ''}`)
  }
}

/** A member of the demonstration's staff at their desk. */
export async function signIn(cloudUrl: string, municipalityCode: string, loginId: string): Promise<Call> {
  const answer = await fetch(`${cloudUrl}/api/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ municipalityCode, loginId, password: demoPassword }),
  })
  if (!answer.ok) throw new Error(`デモ用の職員でログインできません（${answer.status}）。`)
  const { csrfToken } = (await answer.json()) as { csrfToken: string }
  const cookie = answer.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
  return async <E extends Endpoint>(endpoint: E, input: RawInputOf<E>) => {
    const { path, rest } = fillPath(endpoint.path, input as Record<string, unknown>)
    const headers = { cookie, 'x-csrf-token': csrfToken, 'idempotency-key': uuidv7() }
    const reply = await fetch(
      `${cloudUrl}${path}`,
      endpoint.method === 'GET'
        ? { headers }
        : {
            method: 'POST',
            headers: { ...headers, 'content-type': 'application/json' },
            body: JSON.stringify(rest),
          },
    )
    if (!reply.ok) throw new Error(`${endpoint.name}: ${reply.status} ${await reply.text()}`)
    return (await reply.json()) as OutputOf<E>
  }
}
