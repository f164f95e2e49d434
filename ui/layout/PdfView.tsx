import { useEffect, useState, type ReactNode } from 'react'
import type { FileAnswer } from '../api.ts'

/**
 * A PDF just made: seen here where the browser can, opened in a tab, or saved. The bytes live in this tab's memory only
 * and are let go when the page is left. Needs `frame-src blob:` in the Content-Security-Policy.
 */
export function PdfView(props: { file: FileAnswer; title: string }): ReactNode {
  const [url, setUrl] = useState<string | null>(null)
  useEffect(() => {
    const made = URL.createObjectURL(props.file.blob)
    setUrl(made)
    return () => URL.revokeObjectURL(made)
  }, [props.file])
  if (url === null) return null
  return (
    <div className="pdf-view">
      <div className="button-row">
        <a className="button" href={url} target="_blank" rel="noreferrer">
          新しいタブで開く（印刷）
        </a>
        <a className="button" href={url} download={props.file.fileName}>
          ダウンロード
        </a>
      </div>
      {navigator.pdfViewerEnabled && <iframe src={url} title={props.title} />}
    </div>
  )
}
