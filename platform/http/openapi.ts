import { z } from 'zod'
import type { Endpoint } from '@open-bcl/core/endpoint.ts'
import type { ProblemKind } from '@open-bcl/core/problem.ts'
import { platformProblems } from '../messages.ts'

/** OpenAPI 3.1 of the endpoints, for outsiders; our own web uses the endpoint objects themselves. */
export function openApi(
  title: string,
  version: string,
  endpoints: readonly Endpoint[],
): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const endpoint of [...endpoints].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const path = endpoint.path.replace(/:([A-Za-z]+)/g, '{$1}')
    paths[path] ??= {}
    paths[path][endpoint.method.toLowerCase()] = operation(endpoint)
  }
  return {
    openapi: '3.1.0',
    info: { title, version, license: { name: 'Apache-2.0' } },
    paths,
    components: { schemas: { Problem: problemSchema } },
  }
}

type JsonSchema = { properties?: Record<string, unknown>; required?: string[]; [key: string]: unknown }

function operation(endpoint: Endpoint): Record<string, unknown> {
  const schema = z.toJSONSchema(endpoint.input, { io: 'input', unrepresentable: 'any' }) as JsonSchema
  const inPath = new Set([...endpoint.path.matchAll(/:([A-Za-z]+)/g)].map((match) => match[1]!))
  const properties = schema.properties ?? {}
  const required = new Set(schema.required ?? [])
  const outside = endpoint.method === 'GET' ? Object.keys(properties) : [...inPath]
  const body = Object.fromEntries(Object.entries(properties).filter(([name]) => !outside.includes(name)))
  const writes = endpoint.method === 'POST' && endpoint.reads !== true && endpoint.permission !== 'public'
  return {
    operationId: endpoint.name,
    summary: endpoint.title,
    'x-permission': endpoint.permission,
    parameters: [
      ...outside.map((name) => ({
        name,
        in: inPath.has(name) ? 'path' : 'query',
        required: inPath.has(name) || required.has(name),
        schema: properties[name],
      })),
      ...(writes
        ? [
            {
              name: 'Idempotency-Key',
              in: 'header',
              required: true,
              schema: { type: 'string', format: 'uuid' },
            },
          ]
        : []),
    ],
    ...(endpoint.method === 'POST'
      ? {
          requestBody: {
            required: true,
            content: bodyOf(endpoint, {
              type: 'object',
              properties: body,
              required: [...required].filter((name) => name in body),
            }),
          },
        }
      : {}),
    responses: {
      '200': {
        description: 'OK',
        content: endpoint.produces
          ? { [endpoint.produces]: {} }
          : { 'application/json': { schema: z.toJSONSchema(endpoint.output, { unrepresentable: 'any' }) } },
      },
      ...refusals(endpoint),
    },
  }
}

function bodyOf({ takes }: Endpoint, words: JsonSchema): Record<string, unknown> {
  if (takes === undefined) return { 'application/json': { schema: words } }
  const { bytes: _, ...said } = words.properties ?? {}
  const required = (words.required ?? []).filter((name) => name !== 'bytes')
  const description =
    '4 bytes (big-endian): length of the JSON that follows (`x-words`, UTF-8); behind it the bytes, of which `sha256` is the SHA-256 in hexadecimal.'
  const schema = { type: 'string', format: 'binary', description }
  return { [takes]: { schema, 'x-words': { ...words, properties: said, required } } }
}

function refusals(endpoint: Endpoint): Record<string, unknown> {
  const general: ProblemKind[] = [platformProblems.invalidInput, platformProblems.notFound]
  if (endpoint.permission !== 'public')
    general.push(platformProblems.notSignedIn, platformProblems.notAllowed)
  const byStatus = new Map<number, string[]>()
  for (const kind of [...general, ...(endpoint.problems ?? [])]) {
    byStatus.set(kind.status, [...(byStatus.get(kind.status) ?? []), `${kind.code}: ${kind.title}`])
  }
  return Object.fromEntries(
    [...byStatus].map(([status, lines]) => [
      String(status),
      {
        description: lines.join('\n'),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  )
}

const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'instance'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: { pointer: { type: 'string' }, message: { type: 'string' } },
        required: ['pointer', 'message'],
      },
    },
  },
}

/** A page to read the interface with, without any script: method, path, permission, refusals and schemas. */
export function openApiPage(title: string, endpoints: readonly Endpoint[]): string {
  const rows = [...endpoints]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map((endpoint) => {
      const input = z.toJSONSchema(endpoint.input, { io: 'input', unrepresentable: 'any' })
      const output = z.toJSONSchema(endpoint.output, { unrepresentable: 'any' })
      const problems = (endpoint.problems ?? [])
        .map((kind) => `<li>${kind.status} ${escape(kind.title)}</li>`)
        .join('')
      return `<section id="${endpoint.name}"><h2><code>${endpoint.method} ${escape(endpoint.path)}</code></h2>
<p>${escape(endpoint.title)}　権限: <code>${endpoint.permission}</code></p>
${problems === '' ? '' : `<p>断られる場合</p><ul>${problems}</ul>`}
<details><summary>入力</summary><pre>${escape(JSON.stringify(input, null, 2))}</pre></details>
<details><summary>出力</summary><pre>${escape(endpoint.produces ?? JSON.stringify(output, null, 2))}</pre></details></section>`
    })
  return `<!doctype html><html lang="ja"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(title)}</title></head><body><main><h1>${escape(title)}</h1>
<p><a href="/api/openapi.json">openapi.json</a>　書き込みには UUIDv7 の <code>Idempotency-Key</code> を付けます。同じ番号は二度実行されません。</p>
${rows.join('\n')}</main></body></html>`
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!)
}
