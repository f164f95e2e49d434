/** An address in one line, cut into the columns of the interface. */
export type AddressParts = {
  /** 6 digits. */
  readonly code: string
  readonly prefecture: string
  /** 市区郡町村名 */
  readonly city: string
  readonly town: string
  readonly number: string
  readonly building: string
  /** The line named no municipality: the town's own was put in. */
  readonly assumed: boolean
}

/** One municipality or ward of the nation: what an address may begin with. */
export type Place = { readonly code: string; readonly prefecture: string; readonly fullName: string }

/** `own` first: a line that names no prefecture is looked up there before the nation. */
export function makeAddressCutter(own: Place, nation: Iterable<Place>): (line: string) => AddressParts {
  const prefectures = new Map<string, { name: string; place: Place }[]>()
  for (const place of nation) {
    const known = prefectures.get(place.prefecture) ?? []
    known.push({ name: place.fullName, place })
    // Addresses leave the county out: 吉城郡古川町 and 古川町.
    const short = /^.{1,4}?郡(.+[町村])$/.exec(place.fullName)?.[1]
    if (short !== undefined) known.push({ name: short, place })
    prefectures.set(place.prefecture, known)
  }
  // The longest first, so that a ward is found before its city.
  for (const list of prefectures.values()) list.sort((a, b) => b.name.length - a.name.length)

  return (line) => {
    let rest = line.replace(/^[\s\u3000]+|[\s\u3000]+$/g, '')
    const prefecture = [...prefectures.keys()].find((name) => rest.startsWith(name))
    if (prefecture !== undefined) rest = rest.slice(prefecture.length).replace(/^[\s\u3000]+/, '')
    const found = (prefectures.get(prefecture ?? own.prefecture) ?? []).find(({ name }) =>
      rest.startsWith(name),
    )
    const place = found?.place ?? own
    if (found !== undefined) rest = rest.slice(found.name.length).replace(/^[\s\u3000]+/, '')
    return {
      code: place.code,
      prefecture: place.prefecture,
      city: place.fullName,
      ...cutLine(rest),
      assumed: found === undefined,
    }
  }
}

const number = /^[0-9０-９]+(?:(?:番地の|番地|番|号|丁目|の|ノ|[-－ー−‐―])[0-9０-９]*)*(?:号)?/u

/** 町字, 番地号 and 方書 of what follows the municipality: at the first figure that is not a 丁目 of the 町字. */
function cutLine(line: string): { town: string; number: string; building: string } {
  const [, town = '', rest = ''] = /^([^0-9０-９]*(?:[0-9０-９]+丁目)?)(.*)$/su.exec(line) ?? []
  const found = number.exec(rest)?.[0] ?? ''
  const trim = (text: string): string => text.replace(/^[\s\u3000]+|[\s\u3000]+$/g, '')
  // Without a figure nobody can say where the 町字 ends, but for a space between it and the building.
  if (found === '') {
    const [first = '', ...others] = trim(line).split(/[\s\u3000]+/)
    return { town: first, number: '', building: others.join('\u3000') }
  }
  return { town: trim(town), number: found, building: trim(rest.slice(found.length)) }
}
