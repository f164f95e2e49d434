import assert from 'node:assert/strict'
import { unzipSync } from 'fflate'
import { after, before, describe, test } from 'node:test'
import { z } from 'zod'
import { roles } from '@open-bcl/modules/access/roles.ts'
import { extractPages } from '@open-bcl/platform/pdf/readback.ts'
import { readSignedPdf } from '@open-bcl/platform/pdf/signed-pdf.ts'
import { cloudEndpoints } from './compose.ts'
import { onlyAsSampled, samples } from './testing/walk-samples.ts'
import { skipped, walkedTowns, type WalkedTowns } from './testing/walked-towns.ts'
import { walk, type Pool, type Walk } from './testing/walk.ts'

/**
 * Of an attacker's afternoon: a formula, markup of a page and of a document, quotes, as every free text of every write. What comes
 * back as a file must show them as they were typed. Pages show text as text by construction (`attackers-reach.test.ts`).
 */
const WORDS = `=1+1<b>&#x[*_$"'`

type Schema = { readonly [part: string]: unknown }

/** Names of what anybody may type into as they like; what names a thing, or is counted, is none. */
function textsIn(schema: Schema, name: string): string[] {
  const parts = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>)
  const others = ['anyOf', 'oneOf', 'allOf'].flatMap((one) => (schema[one] ?? []) as Schema[])
  const items = schema['items'] ? [schema['items'] as Schema] : []
  const isText =
    schema['type'] === 'string' &&
    ['format', 'pattern', 'enum', 'const'].every((bound) => schema[bound] === undefined) &&
    Number(schema['maxLength'] ?? WORDS.length) >= WORDS.length &&
    !/(?:[iI]d|Ref|No|[kK]ey|[cC]ode|[bB]ase64|[cC]ursor|[pP]assword|[aA]fter|[tT]oken|^kind|^query)$/.test(
      name,
    )
  return [
    ...(isText ? [name] : []),
    ...parts.flatMap(([part, one]) => textsIn(one, part)),
    ...[...others, ...items].flatMap((one) => textsIn(one, name)),
  ]
}

/** Cells of a CSV file, as a spreadsheet reads it. */
function cellsOf(csv: string): string[] {
  return [...csv.replace(/^\ufeff/, '').matchAll(/"((?:[^"]|"")*)"|([^",\r\n]+)/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain!,
  )
}

describe('words made to hurt', () => {
  let towns: WalkedTowns
  const answers: Walk['answers'][number][] = []
  const endpoints = cloudEndpoints()
  const filesOf = (type: string): readonly { readonly endpoint: string; readonly bytes: Buffer }[] => {
    const names = new Set(endpoints.filter(({ produces }) => produces === type).map(({ name }) => name))
    return answers.flatMap(({ endpoint, bytes }) =>
      bytes !== null && names.has(endpoint) ? [{ endpoint, bytes }] : [],
    )
  }

  before(async () => {
    towns = await walkedTowns()
    const pool: Pool = towns.knowledge('satoTaro')
    for (const { input, method, reads } of endpoints) {
      if (method === 'GET' || reads === true) continue
      const schema = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' })
      for (const name of textsIn(schema as Schema, '')) pool.pin(name, WORDS)
    }
    // An administrator only where the reviewer has no right: a walk is long.
    const first: readonly string[] = ['public', 'signed-in', ...roles.reviewer.permissions]
    const passes = [
      ['reviewer', endpoints],
      ['admin', endpoints.filter(({ permission }) => !first.includes(permission))],
    ] as const
    for (const [role, which] of passes) {
      const browser = await towns.cloud.signIn(towns.hida.municipality.code, role)
      const walked = await walk(which, browser, pool, {
        ...{ order: 'life', skip: skipped, samples, onlyAsSampled, brief: true },
      })
      answers.push(...walked.answers)
      await towns.runJobs()
    }
  })
  after(() => towns.cloud.close())

  test('are taken in, and break nothing', () => {
    const broken = answers.filter(({ status }) => status >= 500 && status !== 503)
    assert.deepEqual([...new Set(broken.map(({ endpoint, status }) => `${endpoint} ${status}`))], [])
    const shown = new Set(
      answers
        .filter(({ text }) => text.includes(JSON.stringify(WORDS).slice(1, -1)))
        .map((one) => one.endpoint),
    )
    assert.ok(shown.size > 20, `only ${shown.size} endpoints showed them: ${[...shown].join(' ')}`)
  })

  test('begin no cell of a CSV file as a formula', () => {
    const files = filesOf('text/csv')
    const cells = files.flatMap(({ endpoint, bytes }) =>
      cellsOf(bytes.toString()).map((cell) => ({ endpoint, cell })),
    )
    const formulas = cells.filter(
      ({ cell }) => /^[=+@\t\r＝＋－＠-]/.test(cell) && !/^-?\d+(?:\.\d+)?$/.test(cell),
    )
    assert.deepEqual([...new Set(formulas.map(({ endpoint }) => endpoint))], [])
    const holding = new Set(cells.filter(({ cell }) => cell.includes(WORDS)).map(({ endpoint }) => endpoint))
    assert.ok(holding.size > 0, `none of ${files.length} held them`)
  })

  test('are text in workbooks', () => {
    const files = filesOf('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet')
    let holding = 0
    for (const { endpoint, bytes } of files)
      for (const [name, part] of Object.entries(unzipSync(bytes))) {
        if (!/sheet\d+\.xml$|sharedStrings\.xml$/.test(name)) continue
        const xml = Buffer.from(part).toString()
        assert.doesNotMatch(xml, /<f[ >]|<b>/, `${endpoint} ${name}`)
        if (xml.includes('=1+1&lt;b')) holding += 1
      }
    assert.ok(holding > 0, `none of ${files.length} held them`)
  })

  test('stand on paper as they were typed', () => {
    const pages = filesOf('application/pdf').flatMap(({ endpoint, bytes }) =>
      bytes.subarray(0, 4).toString('latin1') === '%PDF' && bytes.includes('startxref')
        ? extractPages(readSignedPdf(bytes)?.original ?? bytes).map((page) => ({ endpoint, page }))
        : [],
    )
    const holding = new Set(pages.filter(({ page }) => page.includes(WORDS)).map(({ endpoint }) => endpoint))
    assert.ok(holding.size > 0, `none of ${pages.length} pages held them`)
  })

  test('go into mails as text', () => {
    for (const mail of towns.sentMails) {
      const { fromName, to, subject } = JSON.parse(mail) as Record<'fromName' | 'to' | 'subject', string>
      for (const line of [fromName, to, subject]) assert.doesNotMatch(line, /[\r\n]/)
    }
  })
})
