import { z } from 'zod'
import type { Endpoint } from '@open-bcl/core/endpoint.ts'
import { Random } from '@open-bcl/demo/random.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import type { Browser } from './town.ts'

/**
 * Walks every endpoint of a list without being told about any of them: inputs are made from the endpoints' own schemas,
 * filled with values that earlier answers held under the same name. What is added to compose later is walked too.
 */
export type Walk = {
  /** Names of endpoints that answered 2xx at least once. */
  readonly reached: Set<string>
  /** Every answer as text, or as bytes where it is a file, with the endpoint it came from and what it was asked. */
  readonly answers: {
    readonly endpoint: string
    readonly input: Record<string, Json>
    readonly status: number
    readonly text: string
    readonly bytes: Buffer | null
  }[]
}

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
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
  readonly #pinned = new Map<string, Json>()
  readonly #versions = new Map<string, number>()

  /** Whom the walk is about: comes first, whatever was seen since. */
  pin(name: string, value: Json): void {
    this.#pinned.set(name, value)
  }

  unpin(name: string): void {
    this.#pinned.delete(name)
  }

  add(name: string, value: Json): void {
    const key = JSON.stringify(value)
    const kept = (this.#values.get(name) ?? []).filter((one) => JSON.stringify(one) !== key)
    this.#values.set(name, [value, ...kept].slice(0, 8))
  }

  /** Takes in everything an answer holds, whole objects included: a form that was read can be sent back. */
  learn(value: Json): void {
    if (Array.isArray(value)) for (const item of value.toReversed()) this.learn(item)
    else if (value !== null && typeof value === 'object') {
      const { version } = value
      for (const [name, id] of Object.entries(value)) {
        if (name.endsWith('Id') && typeof version === 'number')
          this.#versions.set(`${name} ${JSON.stringify(id)}`, version)
      }
      for (const [name, inner] of Object.entries(value)) {
        if (inner !== null) this.add(name, inner)
        this.learn(inner)
      }
    }
  }

  /** The version last seen of the record that an input names: a write about another version is refused. */
  versionFor(input: Readonly<Record<string, Json>>): number | undefined {
    const known = Object.entries(input).map(([name, id]) =>
      this.#versions.get(`${name} ${JSON.stringify(id)}`),
    )
    return known.find((version) => version !== undefined)
  }

  names(): string[] {
    return [...this.#values.keys()]
  }

  of(name: string): Json[] {
    const pinned = this.#pinned.get(name)
    const seen = this.#values.get(aliases[name] ?? name) ?? []
    return pinned === undefined ? seen : [pinned, ...seen.filter((value) => value !== pinned)]
  }
}

/** The same thing under the name that another module gives it. */
const aliases: Readonly<Record<string, string>> = {
  subjectId: 'certificateId',
  amountYen: 'feeYen',
  scopeId: 'disasterId',
}

/** What is sent besides, over what the walk makes itself. `known`: the latest value seen under a name. */
export type Samples = Readonly<
  Record<string, (known: (name: string) => Json | undefined) => Record<string, Json | undefined>>
>

const MOST_VARIANTS = 24
/** Where everything was reached by another walk: of a write what matters is what it leaves behind. */
const FEW_OF_A_WRITE = 8

export async function walk(
  endpoints: readonly Endpoint[],
  browser: Browser,
  pool: Pool,
  options: {
    order: 'life' | number
    skip?: readonly string[]
    samples?: Samples
    /** What is sent as its sample says and not otherwise. */
    onlyAsSampled?: readonly string[]
    /** Fewer variants of writes, and a life that is only begun the first time: half the time, and not everything reached. */
    brief?: boolean
  },
): Promise<Walk> {
  const result: Walk = { reached: new Set(), answers: [] }
  const forbidden = new Set<string>()
  const order = inOrder(endpoints, options.order)
  for (const [i, endpoint] of order.entries()) {
    const { name } = endpoint
    if (options.skip?.includes(name) || forbidden.has(name)) continue
    const sampledOnly = options.onlyAsSampled?.includes(name) === true
    const few = options.brief === true && !reads(endpoint)
    const [plainest, ...variants] = inputsOf(endpoint, pool, few ? FEW_OF_A_WRITE : MOST_VARIANTS)
    if (!sampledOnly) {
      await step(endpoint, [plainest!], browser, pool, result)
      if (isForbidden(result.answers.at(-1)!)) {
        forbidden.add(name)
        continue
      }
    }
    const comesAgain = options.brief === true && order.includes(endpoint, i + 1)
    const others = sampledOnly || comesAgain ? [] : variants
    const sample = options.samples?.[endpoint.name]?.((name) => pool.of(name)[0])
    if (sample && given(sample)) {
      const version = pool.versionFor({ ...plainest, ...sample })
      const asSeen = 'version' in plainest! && version !== undefined ? { version } : {}
      await send(endpoint, [{ ...plainest, ...asSeen, ...sample }], browser, pool, result)
    }
    // Readings change nothing, so that they may be asked for together.
    for (const inputs of reads(endpoint) ? [others] : others.map((one) => [one]))
      await step(endpoint, inputs, browser, pool, result)
  }
  return result
}

function reads({ method, reads: posted }: Endpoint): boolean {
  return method === 'GET' || posted === true
}

/** A sample that names what nobody has seen yet cannot be sent. */
function given(sample: Record<string, Json | undefined>): sample is Record<string, Json> {
  return Object.values(sample).every((value) => value !== undefined)
}

/** Permission is asked before the input is looked at: who lacks it gets the same answer to whatever they send. */
function isForbidden({ text }: Walk['answers'][number]): boolean {
  return text.startsWith(`{"type":"/problems/${platformProblems.notAllowed.code}"`)
}

/**
 * One act closes the way of another: what is accepted can no more be rejected. `life`: the way of a life twice, with the
 * acts that end it last; a number: that mixture.
 */
function inOrder(endpoints: readonly Endpoint[], order: 'life' | number): readonly Endpoint[] {
  if (order !== 'life') return shuffled(endpoints, new Random(order))
  const ends = ({ name }: Endpoint): boolean =>
    /^(withdraw|abort|reject|stop|revoke|refund|end|pause|setBlock)/.test(name)
  const lives = endpoints.filter((one) => !ends(one))
  return [...lives, ...lives, ...endpoints.filter(ends)]
}

function shuffled<T>(list: readonly T[], random: Random): T[] {
  const mixed = [...list]
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = random.int(0, i)
    const kept = mixed[i]!
    mixed[i] = mixed[j]!
    mixed[j] = kept
  }
  return mixed
}

/** Sends inputs together, about the versions last seen, and learns from their answers in their order. */
async function step(
  endpoint: Endpoint,
  inputs: readonly Record<string, Json>[],
  browser: Browser,
  pool: Pool,
  result: Walk,
): Promise<void> {
  const seen = inputs.map((made) => {
    const version = 'version' in made ? pool.versionFor(made) : undefined
    return version === undefined ? made : { ...made, version }
  })
  await send(endpoint, seen, browser, pool, result)
}

async function send(
  endpoint: Endpoint,
  inputs: readonly Record<string, Json>[],
  browser: Browser,
  pool: Pool,
  result: Walk,
): Promise<void> {
  const answers = await Promise.all(
    inputs.map(async (input) => ({ input, answer: await browser.call(endpoint, input as never) })),
  )
  for (const { input, answer } of answers) {
    const { status } = answer
    if (!answer.ok) {
      const text = JSON.stringify(answer.problem)
      result.answers.push({ endpoint: endpoint.name, input, status, text, bytes: null })
      continue
    }
    result.reached.add(endpoint.name)
    const file = endpoint.produces !== undefined
    const text = file ? '' : JSON.stringify(answer.body)
    result.answers.push({ endpoint: endpoint.name, input, status, text, bytes: file ? answer.bytes : null })
    if (endpoint.produces === undefined) pool.learn(answer.body as Json)
  }
}

const schemas = new WeakMap<Endpoint, Schema>()

function schemaOf(endpoint: Endpoint): Schema {
  const known = schemas.get(endpoint)
  if (known) return known
  const made = z.toJSONSchema(endpoint.input, { io: 'input', unrepresentable: 'any' }) as Schema
  schemas.set(endpoint, made)
  return made
}

/** An input as a page would send it, of what is known. */
export function plainInputOf(endpoint: Endpoint, pool: Pool): Record<string, Json> {
  return inputsOf(endpoint, pool, 1)[0]!
}

/** One input with the first candidate everywhere, then one for each other candidate of each property. */
function inputsOf(endpoint: Endpoint, pool: Pool, most: number): Record<string, Json>[] {
  const schema = schemaOf(endpoint)
  const choices = Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const required = schema.required?.includes(name) === true
    const found = candidates(property, name, pool)
    return { name, found: required || found.length > 0 ? found : [] }
  })
  const first = Object.fromEntries(
    choices.flatMap(({ name, found }) => (found.length > 0 ? [[name, found[0]!]] : [])),
  )
  const variants: Record<string, Json>[] = [first]
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
  // The plainest last as well: what stays behind is a certificate of a real grade, not the oddest of all forms.
  return [...[...distinct.values()].slice(0, most), first]
}

function candidates(schema: Schema, name: string, pool: Pool): Json[] {
  const alternatives = schema.anyOf ?? schema.oneOf
  if (alternatives) return alternatives.flatMap((one) => candidates(one, name, pool))
  if (schema.const !== undefined) return [schema.const]
  if (schema.enum) {
    const known = pool.of(name).filter((value) => schema.enum!.some((one) => one === value))
    return [...new Set([...known, ...schema.enum])]
  }
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
      return [...known.map((value) => willing(value, '')), ...known, Object.fromEntries(entries)]
    }
    case 'null':
      return [null]
    case undefined:
    default:
      return strings(schema, name, pool)
  }
}

const fillers: Readonly<Record<string, string>> = { email: 'walker@example.invalid', phone: '0577000000' }

/** A form that was read, with every consent given and every gap filled: the most that a person may send. */
function willing(value: Json, name: string): Json {
  if (typeof value === 'boolean') return true
  if (value === '') return fillers[name] ?? '試験'
  if (Array.isArray(value)) return value.map((item) => willing(item, name))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, willing(inner, key)]))
}

function strings(schema: Schema, name: string, pool: Pool): Json[] {
  const known = pool.of(name).filter((value) => typeof value === 'string')
  if (known.length > 0) return known
  if (schema.format === 'date') return ['2026-11-20']
  if (schema.format === 'email') return ['walker@example.invalid']
  return schema.format === 'uuid' ? ['019a0000-0000-7000-8000-000000000000'] : ['試験']
}
