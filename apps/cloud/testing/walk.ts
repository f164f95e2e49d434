import { z } from 'zod'
import type { Endpoint } from '@open-bcl/core/endpoint.ts'
import type { Browser } from './town.ts'

/**
 * Walks every endpoint of a list without being told about any of them: inputs are made from the endpoints' own schemas,
 * filled with values that earlier answers held under the same name. What is added to compose later is walked too.
 */
export type Walk = {
  /** Names of endpoints that answered 2xx at least once. */
  readonly reached: Set<string>
  /** Every answer as text, with the endpoint it came from. */
  readonly answers: {
    readonly endpoint: string
    readonly status: number
    readonly text: string
    readonly bytes: Buffer | null
  }[]
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
type Schema = {
  readonly type?: string
  readonly format?: string
  readonly enum?: Json[]
  readonly const?: Json
  readonly anyOf?: Schema[]
  readonly oneOf?: Schema[]
  readonly items?: Schema
  readonly properties?: Record<string, Schema>
  readonly required?: string[]
  readonly minimum?: number
  readonly default?: Json
}

/** Values by name, the latest seen first. */
export class Pool {
  readonly #values = new Map<string, Json[]>()

  add(name: string, value: Json): void {
    const key = JSON.stringify(value)
    const kept = (this.#values.get(name) ?? []).filter((one) => JSON.stringify(one) !== key)
    this.#values.set(name, [value, ...kept].slice(0, 8))
  }

  /** Takes in everything an answer holds, whole objects included: a form that was read can be sent back. */
  learn(value: Json): void {
    if (Array.isArray(value)) for (const item of value.toReversed()) this.learn(item)
    else if (value !== null && typeof value === 'object') {
      for (const [name, inner] of Object.entries(value)) {
        if (inner !== null) this.add(name, inner)
        this.learn(inner)
      }
    }
  }

  of(name: string): Json[] {
    return this.#values.get(name) ?? []
  }
}

const MOST_VARIANTS = 60

export async function walk(
  endpoints: readonly Endpoint[],
  browser: Browser,
  pool: Pool,
  options: { rounds: number; skip?: readonly string[] },
): Promise<Walk> {
  const result: Walk = { reached: new Set(), answers: [] }
  for (let round = 0; round < options.rounds; round++) {
    for (const endpoint of endpoints) {
      if (options.skip?.includes(endpoint.name)) continue
      for (const input of inputsOf(endpoint, pool)) await step(endpoint, input, browser, pool, result)
    }
  }
  return result
}

async function step(
  endpoint: Endpoint,
  input: Json,
  browser: Browser,
  pool: Pool,
  result: Walk,
): Promise<void> {
  const answer = await browser.call(endpoint, input as never)
  if (!answer.ok) {
    result.answers.push({
      endpoint: endpoint.name,
      status: answer.status,
      text: JSON.stringify(answer.problem),
      bytes: null,
    })
    return
  }
  result.reached.add(endpoint.name)
  const binary = endpoint.produces !== undefined
  result.answers.push({
    endpoint: endpoint.name,
    status: answer.status,
    text: binary ? '' : JSON.stringify(answer.body),
    bytes: binary ? answer.bytes : null,
  })
  if (!binary) pool.learn(answer.body as Json)
}

/** One input with the first candidate everywhere, then one for each other candidate of each property. */
function inputsOf(endpoint: Endpoint, pool: Pool): Json[] {
  const schema = z.toJSONSchema(endpoint.input, { io: 'input', unrepresentable: 'any' }) as Schema
  const choices = Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const required = schema.required?.includes(name) === true
    const found = candidates(property, name, pool)
    return { name, found: required || found.length > 0 ? found : [] }
  })
  const first = Object.fromEntries(
    choices.flatMap(({ name, found }) => (found.length > 0 ? [[name, found[0]!]] : [])),
  )
  const variants: Json[] = [first]
  for (const { name, found } of choices) {
    for (const value of found.slice(1)) variants.push({ ...first, [name]: value })
    const optional = schema.required?.includes(name) !== true
    if (optional) variants.push(Object.fromEntries(Object.entries(first).filter(([key]) => key !== name)))
  }
  for (const { name } of choices) {
    if (name in first) {
      const required = Object.entries(first).filter(
        ([key]) => key === name || schema.required?.includes(key) === true,
      )
      variants.push(Object.fromEntries(required))
    }
  }
  const distinct = new Map(variants.map((variant) => [JSON.stringify(variant), variant]))
  return [...distinct.values()].slice(0, MOST_VARIANTS)
}

function candidates(schema: Schema, name: string, pool: Pool): Json[] {
  const alternatives = schema.anyOf ?? schema.oneOf
  if (alternatives) return alternatives.flatMap((one) => candidates(one, name, pool))
  if (schema.const !== undefined) return [schema.const]
  if (schema.enum) return schema.enum
  switch (schema.type) {
    case 'boolean':
      return [true, false]
    case 'integer':
    case 'number': {
      const known = pool.of(name).filter((value) => typeof value === 'number')
      return known.length > 0
        ? known
        : [schema.minimum !== undefined && schema.minimum > 0 ? schema.minimum : 1]
    }
    case 'array': {
      const known = pool.of(name).filter((value) => Array.isArray(value))
      const made = schema.items ? candidates(schema.items, name, pool).map((item) => [item]) : []
      return [...known, ...made, []]
    }
    case 'object': {
      const known = pool
        .of(name)
        .filter((value) => typeof value === 'object' && value !== null && !Array.isArray(value))
      const entries = Object.entries(schema.properties ?? {}).flatMap(([key, property]) => {
        const [value] = candidates(property, key, pool)
        return value === undefined ? [] : [[key, value] as const]
      })
      return [...known, Object.fromEntries(entries)]
    }
    case 'null':
      return []
    default:
      return strings(schema, name, pool)
  }
}

function strings(schema: Schema, name: string, pool: Pool): Json[] {
  const known = pool.of(name).filter((value) => typeof value === 'string')
  if (known.length > 0) return known
  if (schema.format === 'date') return ['2026-11-20']
  if (schema.format === 'email') return ['walker@example.invalid']
  return schema.format === 'uuid' ? ['019a0000-0000-7000-8000-000000000000'] : ['試験']
}
