import { useSearch } from '@tanstack/react-router'
import { useEffect, useState, type ReactNode } from 'react'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { ConfirmPaper } from './ConfirmPaper.tsx'
import { UploadScans } from './UploadScans.tsx'

/** The smallest program: whether this document may run WebAssembly, which the reader of codes is made of. */
const SMALLEST = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])
const RELOADED = 'surveys-scans-reloaded'

function mayRead(): boolean {
  try {
    return new WebAssembly.Module(SMALLEST) instanceof WebAssembly.Module
  } catch {
    return false
  }
}

/**
 * Papers that come back. The right to run the reader comes with the document, and whoever came here by a link within the
 * console has that of another page: it is loaded once more.
 */
export function ScansPage(): ReactNode {
  const { task, paper } = useSearch({ strict: false }) as { task?: string; paper?: string }
  const [readable] = useState(mayRead)
  useEffect(() => {
    if (readable) sessionStorage.removeItem(RELOADED)
    else if (sessionStorage.getItem(RELOADED) === null) {
      sessionStorage.setItem(RELOADED, '1')
      window.location.reload()
    }
  }, [readable])
  const confirming = task !== undefined && paper !== undefined
  return (
    <Page
      title={confirming ? '紙の調査票の確認' : '紙の調査票の読取り'}
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '被害認定調査', to: '/surveys' },
        { label: '紙の調査票', ...(confirming ? { to: '/surveys/scans' } : {}) },
        ...(confirming ? [{ label: '確認' }] : []),
      ]}
      lead={
        confirming
          ? '読み取った印を下書きにしました。画像と見比べて直し、登録してください。登録するまで、結果には数えません。'
          : '記入した紙をスキャンした画像（JPEG・PNG・PDF）を選ぶと、コードから対象の住家を探します。画像は証拠として残ります。'
      }
    >
      {!readable ? (
        <p role="status">
          画面を読み込み直しています。進まないときは、ブラウザーの再読み込みを押してください。
        </p>
      ) : confirming ? (
        <ConfirmPaper key={`${task} ${paper}`} taskId={task} sheetId={paper} />
      ) : (
        <UploadScans />
      )}
    </Page>
  )
}
