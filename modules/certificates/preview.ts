import { fieldTitle } from './certificates.messages.ts'

export type Difference = { readonly item: string; readonly before: string; readonly now: string }

/** Where two sets of frozen facts say different things, in the words of the form. */
export function differencesOf(before: object, now: object): Difference[] {
  const [old, present] = [flat(before), flat(now)]
  const paths = [...new Set([...old.keys(), ...present.keys()])]
  return paths
    .filter((path) => old.get(path) !== present.get(path))
    .map((path) => {
      const picture = path.endsWith('Png')
      const shown = (value: string | undefined) => (value === undefined ? '' : picture ? '（画像）' : value)
      return { item: fieldTitle(path), before: shown(old.get(path)), now: shown(present.get(path)) }
    })
}

/** `members.0.name` → its words. Empty values are left out: a field that has none and one that is empty print the same. */
function flat(value: unknown, path = ''): Map<string, string> {
  if (value === null || value === undefined || value === '') return new Map()
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return new Map([[path, String(value)]])
  return new Map(
    Object.entries(value).flatMap(([key, item]) => [...flat(item, path === '' ? key : `${path}.${key}`)]),
  )
}
