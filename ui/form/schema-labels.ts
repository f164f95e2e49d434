import type { z } from 'zod'

/**
 * The title a contract gives a field (`.meta({ title: '床上浸水深' })`), looked up by its path; `undefined` when it
 * gives none. Optional, nullable and default wrappers are seen through.
 */
export function titleOf(schema: z.ZodType, name: string): string | undefined {
  let current: z.ZodType | undefined = schema
  for (const part of name.split(/[.[\]]+/).filter((one) => one !== '')) {
    const inner: Inner = unwrapped(current)
    current = /^\d+$/.test(part) ? inner.element : inner.shape?.[part]
    if (current === undefined) return undefined
  }
  for (
    let layer: z.ZodType | undefined = current;
    layer !== undefined;
    layer = (layer as Inner).def.innerType
  ) {
    const title = layer.meta()?.title
    if (title !== undefined) return title
  }
  return undefined
}

type Inner = z.ZodType & {
  readonly def: { readonly innerType?: z.ZodType }
  readonly shape?: Readonly<Record<string, z.ZodType>>
  readonly element?: z.ZodType
}

function unwrapped(schema: z.ZodType): Inner {
  const inner = (schema as Inner).def.innerType
  return inner === undefined ? (schema as Inner) : unwrapped(inner)
}
