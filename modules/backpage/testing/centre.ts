import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import path from 'node:path'
import type { FastifyInstance } from 'fastify'
import { httpServer, serveWeb } from '@open-bcl/platform/http/server.ts'
import { openLog } from '@open-bcl/platform/log.ts'
import { startPdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { testDatabase } from '@open-bcl/platform/testing/database.ts'
import { publicPages } from '../../../apps/center/center.ts'
import { goldenCases } from '../../certificates/golden/cases.ts'
import { print } from '../../certificates/golden/print.ts'
import { migrationsOf } from '../../schema.ts'
import { openBackPages, serveBackPages, type BackPages } from '../backpage.routes.ts'

const root = path.resolve(import.meta.dirname, '../../..')
const cacheDir = path.join(root, '.cache')

/** What a centre shows of back pages, over HTTP, with keys and a database of its own. */
export type BackPageCentre = {
  readonly backPages: BackPages
  readonly http: FastifyInstance
  readonly origin: string
  readonly logLines: readonly string[]
  close(): Promise<void>
}

/** `pages`: with the pages of the browser, which must have been built. */
export async function backPageCentre(of: { readonly pages?: true } = {}): Promise<BackPageCentre> {
  const database = await testDatabase('center', migrationsOf('center'))
  const logLines: string[] = []
  const log = openLog('center', { write: (line: string) => void logLines.push(line) })
  const now = (): Date => new Date()
  const backPages = await openBackPages({
    ...{ pool: database.app, log, now, cacheDir, processes: 1 },
    ...{ masters: [new Uint8Array(randomBytes(32))], origin: 'https://center.example.jp' },
  })
  const http = await httpServer({ program: 'center', log, ready: [] })
  serveBackPages(http, { pool: database.app, log, now, production: false }, backPages)
  if (of.pages) await serveWeb(http, '/kiosk', path.join(root, 'apps/kiosk/dist'), publicPages)
  const origin = await http.listen({ host: '127.0.0.1', port: 0 })
  return {
    ...{ backPages, http, origin, logLines },
    async close() {
      await http.close()
      await backPages.close()
      await database.close()
    },
  }
}

/** A printed certificate of the golden cases. */
export async function frontOf(name: string): Promise<Uint8Array> {
  const engine = await startPdfEngine({ cacheDir })
  try {
    return (await print(engine, goldenCases[name]!)).pdf
  } finally {
    await engine.close()
  }
}

/** As a scanner would: poppler draws the page, which shares nothing with what made it. */
export function scanOf(
  pdf: Uint8Array,
  options: { page?: number; dpi?: number; as?: 'png' | 'jpeg' } = {},
): Buffer {
  const { page = 1, dpi = 300, as = 'png' } = options
  const args = ['-r', `${dpi}`, '-gray', `-${as}`, '-f', `${page}`, '-l', `${page}`]
  return execFileSync('pdftoppm', args, { input: pdf, maxBuffer: 1 << 28 })
}
