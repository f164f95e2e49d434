import { createHash, randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { encode } from 'uqr'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import type { Pool } from '@open-bcl/platform/db/pool.ts'
import { errorFields, type Log } from '@open-bcl/platform/log.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { encodeOneBitPng } from '@open-bcl/platform/pdf/one-bit-png.ts'
import { startPdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { answerAsked, openBackPageKeys, type BackPageSecrets } from './backpage-keys.actions.ts'
import type * as contract from './backpage.contract.ts'
import { backPageLogCodes, backPageProblems as problems } from './backpage.messages.ts'
import { ADDRESS, grades, LEFT_MM, PAGE_PATH, PITCH_MM, sideMm, TOP_MM, writeHeader } from './backpage.ts'
import { openDrawingDesk } from './drawing.actions.ts'
import { sealFront } from './payload.ts'

export type BackPageOptions = {
  readonly pool: Pool
  readonly log: Log
  now(): Date
  /** Master keys of 32 bytes; the first seals new keys. */
  readonly masters: readonly Uint8Array[]
  /** Where people decode back pages: stands on paper, so it must last as long as they do. */
  readonly origin: string
  /** Where fonts are unpacked. */
  readonly cacheDir: string
  /** Documents drawn at once. */
  readonly processes: number
}

export type BackPages = {
  /**
   * The second file of a certificate: a back page for each page of the front, in the same order. The front is read and never
   * altered; nothing of either is kept. Throws `backpage/cannot-be-made`.
   */
  make(
    front: Uint8Array,
    about: { readonly municipalityCode: string; readonly kind: string },
  ): Promise<Uint8Array>
  listKeys(): Promise<OutputOf<typeof contract.listBackPageKeys>>
  open(input: InputOf<typeof contract.openBackPage>): Promise<OutputOf<typeof contract.openBackPage>>
  close(): Promise<void>
}

/** Another process may have rotated: keys are read anew after this. */
const KEYS_KEPT_MS = 30_000
const RENDER_MS = 10_000

export async function openBackPages(options: BackPageOptions): Promise<BackPages> {
  const { pool, log, now, masters, origin, cacheDir, processes } = options
  const keysOf = keeper(() => openBackPageKeys(pool, masters, now()), now)
  await keysOf()
  const engine = await startPdfEngine({
    cacheDir,
    layoutDir: fileURLToPath(new URL('./layouts', import.meta.url)),
  })
  const desk = openDrawingDesk(processes)
  const measure = publicMeasure(now)
  const address = new URL(PAGE_PATH, origin).href

  async function make(front: Uint8Array, about: Parameters<BackPages['make']>[1]): Promise<Uint8Array> {
    const key = (await keysOf()).find(({ untilAt }) => untilAt === null)
    if (!key) throw new Error('no key is in use')
    const fronts = await desk.fronts(front)
    const facts = { ...about, madeAt: now(), frontSha256: createHash('sha256').update(front).digest() }
    const messages = await Promise.all(
      fronts.map(async ({ version, ...drawn }, i) => {
        const header = { keyId: key.keyId, page: i + 1, pages: fronts.length, salt: randomBytes(16) }
        const secrets = key.pageKey(writeHeader(header))
        return {
          version,
          message: await sealFront({ header, facts, front: drawn, sign: key.sign, ...secrets }),
        }
      }),
    )
    const codes = await desk.codes(messages)
    const sheets = messages.map(({ version }, i) => ({
      numbering: `${i + 1}／${messages.length}`,
      sideMm: sideMm(grades.find((grade) => grade.version === version)!),
      codes: codes[i]!.map((codePng) => ({ codePng })),
    }))
    const snapshot = { ...words, address, addressPng: addressPng(address), measures, sheets }
    return await engine.render('back-page', snapshot, { timeoutMs: RENDER_MS })
  }

  return {
    async make(front, about) {
      try {
        const made = await make(front, about)
        log(backPageLogCodes.made, { municipalityCode: about.municipalityCode })
        return made
      } catch (error) {
        log(backPageLogCodes.failed, { municipalityCode: about.municipalityCode, ...errorFields(error) })
        throw new Problem(problems.cannotBeMade)
      }
    },
    async listKeys() {
      measure()
      return { keys: (await keysOf()).map(published) }
    },
    async open({ asked }) {
      measure()
      const answer = answerAsked(await keysOf(), Buffer.from(asked, 'base64'))
      if (!answer) throw new Problem(problems.notOurs)
      return { pageKey: Buffer.from(answer.pageKey).toString('base64'), key: published(answer.key) }
    },
    async close() {
      await desk.close()
      await engine.close()
    },
  }
}

function published(key: BackPageSecrets): contract.BackPageKey {
  return {
    keyId: key.keyId,
    publicKey: Buffer.from(key.publicKey).toString('base64'),
    fromAt: key.madeAt.toISOString(),
    untilAt: key.untilAt?.toISOString() ?? null,
    revokedFrom: key.revokedFrom?.toISOString() ?? null,
  }
}

/** The last answer for a while; those who ask meanwhile share one question. */
function keeper<T>(ask: () => Promise<T>, now: () => Date): () => Promise<T> {
  let held: { readonly answer: Promise<T>; readonly at: number } | null = null
  return async () => {
    if (held === null || Math.abs(now().getTime() - held.at) > KEYS_KEPT_MS) {
      const mine = { answer: ask(), at: now().getTime() }
      held = mine
      // What failed is asked again.
      mine.answer.catch(() => {
        if (held === mine) held = null
      })
    }
    return await held.answer
  }
}

/** Questions of the public that a process answers in a second, and at once after a quiet while: one measure for everybody, since nothing is kept of who asks. */
function publicMeasure(now: () => Date): () => void {
  const [perSecond, atOnce] = [20, 200]
  let [left, at] = [atOnce, now().getTime()]
  return () => {
    const passed = Math.max(0, now().getTime() - at) / 1000
    ;[left, at] = [Math.min(atOnce, left + passed * perSecond), now().getTime()]
    if (left < 1) throw new Problem(platformProblems.tooMany)
    left -= 1
  }
}

function addressPng(address: string): string {
  const { size, data } = encode(address, { ecc: 'M', border: 0 })
  const picture = {
    width: size,
    height: size,
    dpi: 100,
    grey: 0,
    isInked: (x: number, y: number) => data[y]![x]!,
  }
  return encodeOneBitPng(picture).toString('base64')
}

/** Where everything stands: a reader that has found one code knows where to look for the others. */
const measures = { pitchMm: PITCH_MM, leftMm: LEFT_MM, topMm: TOP_MM, addressMm: ADDRESS }

const words = {
  title: '証明書の裏面（偽造・改ざん防止）',
  words: [
    'この面には、表面の画像が、暗号化され、証明書交付センターの電子署名を付けて入っています。',
    '表面が書き換えられていないことを確かめるには、右の二次元コードの画面に、この面と表面をスキャナーで読み取った画像か、真上から写した写真を入れてください。表面に印刷されたはずの内容が、並べて表示されます。',
  ],
  codeWords: '表面の画像（暗号化）',
}
