import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { acceptApplications, MOST_AT_ONCE, previewAcceptance, undoAcceptances } from '../bulk.contract.ts'
import { renew } from './ActPage.tsx'
import type { ApplicationRow } from './application-text.ts'

type Judged = OutputOf<typeof acceptApplications>['judged']

const going = (judged: Judged) => judged.filter(({ hindrance }) => hindrance === null)
const staying = (judged: Judged) => judged.filter(({ hindrance }) => hindrance !== null)
const itemsOf = (judged: Judged) => judged.map(({ applicationId, version }) => ({ applicationId, version }))

/**
 * 一括受理 of the 受付 on this page: first what would happen, then the act, then the way back as long as nobody was told.
 * What needs a person's eye (a paper not seen, the same person twice) stays where it is.
 */
export function BulkAccept(props: { rows: readonly ApplicationRow[] }): ReactNode {
  const can = useCan()
  const queries = useQueryClient()
  const [preview, setPreview] = useState<Judged | null>(null)
  const [done, setDone] = useState<Judged | null>(null)
  const [undone, setUndone] = useState<Judged | null>(null)
  const previewing = useSend(previewAcceptance, { onDone: ({ judged }) => setPreview(judged) })
  const accepting = useSend(acceptApplications, {
    onDone: ({ judged }) => {
      setPreview(null)
      setDone(judged)
      setUndone(null)
      renew(queries)
    },
  })
  const undoing = useSend(undoAcceptances, {
    onDone: ({ judged }) => {
      setDone(null)
      setUndone(judged)
      renew(queries)
    },
  })
  const waiting = props.rows.filter(({ state }) => state === 'received').slice(0, MOST_AT_ONCE)
  const error = previewing.error ?? accepting.error ?? undoing.error
  if (!can(acceptApplications).allowed) return null
  return (
    <>
      {error && <ErrorSummary error={error} />}
      {done && (
        <Banner tone="success" title={`${going(done).length}件を受理しました`} announce>
          <Staying judged={done} />
          {going(done).length > 0 && (
            <Button
              size="small"
              busy={undoing.busy}
              onClick={() => undoing.start({ items: itemsOf(going(done)) })}
            >
              受理を取り消す
            </Button>
          )}
        </Banner>
      )}
      {undone && (
        <Banner tone="information" title={`${going(undone).length}件の受理を取り消しました`} announce>
          <Staying judged={undone} />
        </Banner>
      )}
      {waiting.length > 0 && preview === null && (
        <div className="button-row">
          <Button
            busy={previewing.busy}
            onClick={() =>
              previewing.start({
                items: waiting.map(({ applicationId, version }) => ({ applicationId, version })),
              })
            }
          >
            {`この一覧の受付${waiting.length}件をまとめて受理する（先に確認します）`}
          </Button>
        </div>
      )}
      {preview !== null && (
        <Section title="まとめて受理する前の確認">
          <p role="status">
            {going(preview).length === 0
              ? 'まとめて受理できる申請はありません。'
              : `受理できる申請は${going(preview).length}件です。受理すると、被害認定調査を依頼し、申請者に通知します。`}
            {staying(preview).length > 0 && `次の${staying(preview).length}件は受付のまま残ります。`}
          </p>
          <Staying judged={preview} />
          <div className="button-row">
            <Button onClick={() => setPreview(null)}>やめる</Button>
            {going(preview).length > 0 && (
              <Button
                look="solid"
                busy={accepting.busy}
                onClick={() => accepting.start({ items: itemsOf(going(preview)) })}
              >
                {`${going(preview).length}件を受理する`}
              </Button>
            )}
          </div>
        </Section>
      )}
    </>
  )
}

function Staying(props: { judged: Judged }): ReactNode {
  const left = staying(props.judged)
  if (left.length === 0) return null
  return (
    <ul>
      {left.map((one) => (
        <li key={one.applicationId}>
          <Link to="/risai/applications/$applicationId" params={{ applicationId: one.applicationId }}>
            {one.serialNo}
          </Link>
          ：{one.hindrance}
        </li>
      ))}
    </ul>
  )
}
