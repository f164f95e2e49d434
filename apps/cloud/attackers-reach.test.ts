import assert from 'node:assert/strict'
import fs from 'node:fs'
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, test } from 'node:test'
import { z } from 'zod'
import { exchangeEndpoints } from '@open-bcl/modules/certificates/exchange.contract.ts'
import { httpServer, serveWeb } from '@open-bcl/platform/http/server.ts'
import { openLog } from '@open-bcl/platform/log.ts'
import { centerEndpoints } from '../center/compose.ts'
import { cloudEndpoints } from './compose.ts'

/**
 * Of an attacker's afternoon: what a server of ours can be made to ask of the network, to read from a folder, or to unpack. The lists
 * are complete by construction: who adds a place that does such a thing says here who chooses what it reaches.
 */
const root = path.resolve(import.meta.dirname, '../..')
const skipped = new Set(['node_modules', 'dist', 'testing', 'web', 'src', 'migrations', 'golden'])

function filesBelow(folder: string): readonly string[] {
  return fs.readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = `${folder}/${entry.name}`
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : filesBelow(name)
    return /(?<!\.(?:test|e2e))\.ts$/.test(name) ? [name] : []
  })
}
const product = ['apps', 'modules', 'platform', 'core'].flatMap(filesBelow)
const textOf = (file: string): string => fs.readFileSync(path.join(root, file), 'utf8')
const doing = (pattern: RegExp): readonly string[] => product.filter((file) => pattern.test(textOf(file)))

describe('SSRF', () => {
  /** Whoever chooses the address: the operator in the configuration, unless something else is said. */
  const asking: Readonly<Record<string, string>> = {
    'apps/agent/gateway-client.ts': 'the agent’s configuration',
    'apps/agent/main.ts': 'itself, on the loopback',
    'apps/bridge/simulator-reader.ts': 'the bridge’s configuration',
    'modules/access/audit-stamps.actions.ts': 'the configuration: the authority of time stamps',
    'modules/access/sso.actions.ts': 'a town, out of the issuers that the operator allows',
    'modules/center/card-check.actions.ts': 'the centre’s configuration; not in production',
    'modules/center/ocsp-http.ts': 'the centre’s configuration, not the card’s certificate',
    'modules/center/revocation-lists.actions.ts': 'the centre’s configuration and a key of its trust store',
    'platform/machine-client.ts': 'an operator of the centre; speaks to machines of our own authority alone',
    'platform/mail.ts': 'the configuration',
    'platform/virus-scan.ts': 'the configuration',
  }

  test('who asks the network is known, and nobody sends it elsewhere', () => {
    const found = doing(
      /(?<![.\w])fetch\(|https?\.(?:request|get)\(|(?:net|tls|http2)\.(?:connect|createConnection)\(|createTransport\(|oidc\.discovery\(|new WebSocket\(|from 'undici'/,
    )
    assert.deepEqual(
      found.filter((file) => !(file in asking)),
      [],
    )
    assert.ok(found.length > 8, found.join(' '))
  })

  test('an answer that sends elsewhere is not followed', () => {
    for (const file of doing(/(?<![.\w])fetch\(/).filter((one) => !one.startsWith('apps/'))) {
      const text = textOf(file)
      const count = (pattern: RegExp): number => [...text.matchAll(pattern)].length
      assert.equal(count(/redirect: 'error'/g), count(/(?<![.\w])fetch\(/g), file)
    }
  })

  type Schema = { readonly format?: string } & { readonly [part: string]: unknown }
  function addressesIn(schema: Schema, at: string): string[] {
    const parts = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>)
    const others = ['anyOf', 'oneOf', 'allOf'].flatMap((name) => (schema[name] ?? []) as Schema[])
    const items = schema['items'] ? [schema['items'] as Schema] : []
    return [
      ...(schema.format === 'uri' || /(?:url|uri|host|origin|endpoint|webhook|callback|domain)$/i.test(at)
        ? [at]
        : []),
      ...parts.flatMap(([name, one]) => addressesIn(one, `${at}.${name}`)),
      ...[...others, ...items].flatMap((one) => addressesIn(one, at)),
    ]
  }

  test('no body names an address to be asked, but for the route to an issuing server', () => {
    const contracts = [...cloudEndpoints(), ...centerEndpoints(), ...Object.values(exchangeEndpoints)]
    const found = contracts.flatMap(({ name, input }) =>
      addressesIn(z.toJSONSchema(input, { io: 'output', unrepresentable: 'any' }) as Schema, name),
    )
    assert.deepEqual([...new Set(found)].toSorted(), [
      'addRoute.endpoint',
      // Of mail addresses that a provider may vouch for.
      'changeSignInSetting.setting.value.domain',
      'reportStageTest.endpoint',
    ])
  })
})

describe('packed files', () => {
  /** What keeps a little from becoming very much. */
  const unpacking: Readonly<Record<string, string>> = {
    'modules/certificates/verification.ts': 'a 2-D code holds 3 kB, and at most a thousandfold comes out',
    'modules/external-link/external-link.actions.ts': 'a largest length',
    'modules/manual/workbook-thread.actions.ts': 'a sum of lengths, in a thread of limited memory',
    'platform/pdf/fonts.ts': 'our own files',
    'platform/pdf/one-bit-png.ts': 'a largest length',
    'platform/pdf/pdf-objects.ts': 'a largest length',
  }

  test('who unpacks is known, and none unpacks more than it says', () => {
    const found = doing(
      /\b(?:unzip|inflate|gunzip|unzlib|brotliDecompress|zstdDecompress|create(?:Inflate|Gunzip|Unzip))\w*\(|promisify\((?:gunzip|inflate|unzip|zstdDecompress)\)|readXlsxFile\(|readExcelFile\(/,
    )
    assert.deepEqual(
      found.filter((file) => !(file in unpacking)),
      [],
    )
    assert.ok(found.length > 4, found.join(' '))
  })

  test('a request that says it is packed is taken as it came, never unpacked', async () => {
    const app = await httpServer({
      program: 'test',
      log: openLog('test', { write: () => undefined }),
      ready: [],
    })
    app.post('/echo', async (request) => request.body)
    const payload = gzipSync(JSON.stringify({ a: 'x'.repeat(5_000_000) }))
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
    const answer = await app.inject({ method: 'POST', url: '/echo', payload, headers })
    await app.close()
    assert.equal(answer.statusCode, 400)
  })
})

describe('paths', () => {
  test('nothing beside the built pages is given out, however its place is written', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'open-bcl-pages-'))
    const dist = path.join(folder, 'dist')
    await mkdir(dist)
    await writeFile(path.join(dist, 'index.html'), '<p>page</p>')
    await writeFile(path.join(folder, 'secret.key'), 'SECRET')
    await writeFile(path.join(dist, '.hidden'), 'HIDDEN')
    const app = await httpServer({
      program: 'test',
      log: openLog('test', { write: () => undefined }),
      ready: [],
    })
    await serveWeb(app, '/', dist)
    await serveWeb(app, '/field', dist)
    const ways = [
      '../',
      '..%2f',
      '%2e%2e/',
      '%2e%2e%2f',
      '..\\',
      '..%5c',
      '....//',
      '..;/',
      '%252e%252e%252f',
      '.%00./',
    ]
    for (const base of ['/', '/field/', '/assets/'])
      for (const way of ways)
        for (const name of ['secret.key', 'dist/../secret.key', '.hidden'])
          for (const url of [`${base}${way}${name}`, `${base}x/${way}${way}${name}`]) {
            const answer = await app.inject({ url, headers: { accept: 'text/html' } })
            assert.doesNotMatch(answer.body, /SECRET|HIDDEN/, url)
            assert.ok(answer.statusCode < 500, `${url} ${answer.statusCode}`)
          }
    await app.close()
    await rm(folder, { recursive: true })
  })
})

describe('scripts', () => {
  test('no page of ours takes text for markup, and no layout takes it for code', () => {
    const pages = ['apps', 'modules', 'ui'].flatMap(function below(folder: string): string[] {
      return fs.readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
        const name = `${folder}/${entry.name}`
        if (entry.isDirectory()) return ['node_modules', 'dist'].includes(entry.name) ? [] : below(name)
        return /(?<!\.(?:test|e2e))\.(?:tsx?|html|typ)$/.test(name) ? [name] : []
      })
    })
    const found = pages.filter((file) =>
      file.endsWith('.typ')
        ? /\beval\(/.test(textOf(file))
        : /dangerouslySetInnerHTML|\.(?:inner|outer)HTML\b|insertAdjacentHTML|document\.write|srcdoc|\son[a-z]+="/i.test(
            textOf(file),
          ),
    )
    assert.deepEqual(found, [])
    assert.ok(pages.length > 300, `only ${pages.length} were looked at`)
  })
})
