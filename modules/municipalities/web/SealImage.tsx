import { useState, type ReactNode } from 'react'
import { ariaOf, noValue, type FieldKind, type InputProps } from '@open-bcl/ui/fields/kind.ts'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { base64Of, bytesOf, readSeal } from './seal-png.ts'

function SealInput(props: InputProps<string | null>): ReactNode {
  const [message, setMessage] = useState<string | null>(null)
  async function take(file: File | undefined): Promise<void> {
    if (!file) return
    const bytes = new Uint8Array(await file.arrayBuffer())
    const reading = readSeal(bytes)
    setMessage(reading.kind === 'unusable' ? reading.message : null)
    if (reading.kind === 'seal') props.onChange(base64Of(bytes))
  }
  return (
    <>
      <input
        className="input"
        type="file"
        accept="image/png"
        id={props.id}
        name={props.name}
        onChange={(event) => void take(event.target.files?.[0])}
        onBlur={props.onBlur}
        disabled={props.disabled}
        {...ariaOf({ ...props, invalid: props.invalid || message !== null })}
      />
      <p className="field-error" role="alert" hidden={message === null}>
        {message}
      </p>
      {props.value !== null && <SealPicture value={props.value} />}
    </>
  )
}

function SealPicture(props: { value: string }): ReactNode {
  return (
    <figure>
      <img src={`data:image/png;base64,${props.value}`} width={144} height={144} alt="登録する公印の画像" />
      <figcaption className="small quiet">{sealText(props.value)}</figcaption>
    </figure>
  )
}

function sealText(value: string | null): string {
  if (value === null) return ''
  const reading = readSeal(bytesOf(value))
  if (reading.kind === 'unusable') return reading.message
  return `公印の画像（縦横${reading.sidePx}ピクセル、${grouped(Math.ceil(reading.bytes / 1000))}kB）`
}

/** 電子公印: a square PNG as base64, `null` until one is chosen. Chosen as a file and shown as it will be printed. */
export const SealImage: FieldKind<string | null> = {
  Input: (props) => <SealInput {...props} />,
  Output: ({ value }) => (value === null ? noValue : <SealPicture value={value} />),
  toText: sealText,
  asks: '選択',
  hint: 'PNG形式、200kB以下の正方形の画像',
}
