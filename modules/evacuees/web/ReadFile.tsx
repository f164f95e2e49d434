import { useNavigate } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { Endpoint } from '@open-bcl/core/endpoint.ts'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { readTransferFile } from '../evacuees.contract.ts'
import { MOST_FILE_BYTES } from '../evacuees.ts'

/** A file of a town elsewhere: leads to what it was about. */
export function ReadFile(props: {
  title: string
  invalidates: readonly Pick<Endpoint, 'name'>[]
}): ReactNode {
  const navigate = useNavigate()
  const [base64, setBase64] = useState<string | null>(null)
  const [wrong, setWrong] = useState<string | null>(null)
  const reading = useSend(readTransferFile, {
    invalidates: props.invalidates,
    onDone: ({ transferId, side }) =>
      void navigate({
        to: side === 'arrival' ? '/evacuees/arrivals/$transferId' : '/evacuees/transfers/$transferId',
        params: { transferId } as never,
      }),
  })
  const pick = async (file: File | undefined): Promise<void> => {
    setBase64(null)
    setWrong(null)
    if (!file) return
    if (file.size > MOST_FILE_BYTES) return setWrong('引継ぎのファイルではありません（大きすぎます）。')
    const bytes = new Uint8Array(await file.arrayBuffer())
    setBase64(btoa(Array.from(bytes, (one) => String.fromCharCode(one)).join('')))
  }
  return (
    <Section title={props.title}>
      <p>ほかのシステムを使う市町村とは、ファイルでやりとりします。あて先の市町村だけが開けます。</p>
      <label className="field">
        <span className="field-label">引継ぎのファイル</span>
        <input type="file" accept=".json" onChange={(event) => void pick(event.target.files?.[0])} />
      </label>
      {wrong !== null && <p className="field-error">{wrong}</p>}
      {reading.error && <ErrorSummary error={reading.error} />}
      <div className="button-row">
        <Button
          busy={reading.busy}
          unavailable={base64 === null ? 'ファイルを選んでください' : null}
          onClick={() => base64 !== null && reading.start({ base64 })}
        >
          読み込む
        </Button>
      </div>
    </Section>
  )
}
