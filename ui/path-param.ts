import { useParams } from '@tanstack/react-router'

/** A part of the address, `usePathParam('disasterId')` on `/disasters/$disasterId`. */
export function usePathParam(name: string): string {
  const value = (useParams({ strict: false }) as Readonly<Record<string, string | undefined>>)[name]
  if (value === undefined) throw new Error(`no $${name} in the address of this page`)
  return value
}
