import type { ReactNode } from 'react'
import { useDraftText, type Reading } from '@open-bcl/ui/fields/draft-text.ts'
import { ariaOf, textOutput, type FieldKind, type InputProps } from '@open-bcl/ui/fields/kind.ts'
import type { Point } from '../surveys.ts'

const placeText = (point: Point | null): string =>
  point === null ? '' : `${point.latitude}, ${point.longitude}`

/** 「36.2381, 137.1861」 as maps and phones give it, in either width. */
export function readPlace(text: string): Reading<Point | null> {
  const plain = text
    .normalize('NFKC')
    .replace(/[、，]/g, ',')
    .trim()
  if (plain === '') return { kind: 'value', value: null }
  const [, latitude, longitude] = /^(\d{2}(?:\.\d+)?)\s*[, ]\s*(\d{3}(?:\.\d+)?)$/.exec(plain) ?? []
  const point = { latitude: Number(latitude), longitude: Number(longitude) }
  // Japan, so that the two are not taken for one another.
  if (point.latitude >= 20 && point.latitude <= 46 && point.longitude >= 122 && point.longitude <= 154)
    return { kind: 'value', value: point }
  return { kind: 'unreadable', message: '緯度、経度の順に、36.2381, 137.1861 のように入力してください' }
}

function PlaceInput(props: InputProps<Point | null>): ReactNode {
  const draft = useDraftText(props, placeText, readPlace)
  return (
    <input
      className="input"
      data-width="middle"
      id={props.id}
      name={props.name}
      value={draft.text}
      onChange={(event) => draft.onChange(event.target.value)}
      onBlur={draft.onBlur}
      disabled={props.disabled}
      autoComplete="off"
      {...ariaOf(props)}
    />
  )
}

/** A place on the map, typed or pasted. */
export const PlaceField: FieldKind<Point | null> = {
  Input: (props) => <PlaceInput {...props} />,
  Output: textOutput(placeText),
  toText: placeText,
  hint: '緯度、経度の順に。例：36.2381, 137.1861。分からなければ空欄',
}
