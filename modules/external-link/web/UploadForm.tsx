import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { getExternalLink, listResults, uploadResults } from '../external-link.contract.ts'
import { uploadModes, type UploadMode } from '../external-link.ts'
import { Receipt } from './Receipt.tsx'

const Mode = radioOf<UploadMode>(uploadModes, 'column')
/** What the endpoint takes, packed. */
const MOST_PACKED = 700_000

/** 結果の取込 of a file that was brought by hand. */
export function UploadForm(props: { disasterId: string; elsewhere: boolean }): ReactNode {
  const { disasterId, elsewhere } = props
  const can = useCan()
  const [mode, setMode] = useState<UploadMode | null>('delta')
  const [chosen, setChosen] = useState<string | null>(null)
  const [tooLarge, setTooLarge] = useState(false)
  const [done, setDone] = useState<OutputOf<typeof uploadResults> | null>(null)
  const sending = useSend(uploadResults, { invalidates: [getExternalLink, listResults], onDone: setDone })
  const missing = !elsewhere
    ? '台帳が外部システムにある災害でだけ使えます'
    : chosen === null
      ? 'ファイルを選んでください'
      : null
  async function choose(picked: File | undefined): Promise<void> {
    setDone(null)
    const packed = picked === undefined ? null : await pack(picked)
    setTooLarge(packed !== null && packed.length > MOST_PACKED)
    setChosen(packed === null || packed.length > MOST_PACKED ? null : base64Of(packed))
  }
  return (
    <>
      <label className="field">
        <span className="field-label">結果ファイル（CSV、UTF-8）</span>
        <input type="file" accept=".csv" onChange={(event) => void choose(event.target.files?.[0])} />
      </label>
      {tooLarge && (
        <p className="field-error">
          ファイルが大きすぎます。差分で分けて取り込むか、機器の連携で送ってください。
        </p>
      )}
      <LooseField name="mode" label="ファイルの扱い" kind={Mode} value={mode} onChange={setMode} />
      {mode === 'full' && (
        <Banner tone="warning" title="ファイルにない結果は取り消され、その証明書は失効します" />
      )}
      {sending.error && <ErrorSummary error={sending.error} />}
      <div className="button-row">
        <Button
          look="solid"
          busy={sending.busy}
          permit={can(uploadResults)}
          unavailable={missing}
          onClick={() => sending.start({ disasterId, mode: mode ?? 'delta', gzipBase64: chosen ?? '' })}
        >
          取り込む
        </Button>
      </div>
      {done && (
        <>
          <Receipt receipt={done} announce />
          <p>
            <Link to="/external-link/uploads/$uploadNo" params={{ uploadNo: String(done.uploadNo) } as never}>
              {`取込番号${done.uploadNo}の内容`}
            </Link>
          </p>
        </>
      )}
    </>
  )
}

async function pack(file: File): Promise<Uint8Array> {
  const stream = file.stream().pipeThrough(new CompressionStream('gzip'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

function base64Of(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 32_768)
    text += String.fromCharCode(...bytes.subarray(at, at + 32_768))
  return btoa(text)
}
