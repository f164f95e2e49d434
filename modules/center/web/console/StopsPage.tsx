import { useQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { checkboxOf } from '@open-bcl/ui/fields/Checkbox.tsx'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { getOverview } from '../../console.contract.ts'
import { liftStop, listStops, setStop } from '../../service.contract.ts'
import { LIVE_MS, stopReasons } from './console-text.ts'
import { reachText, useOperators, useTownNames } from './registry-kinds.tsx'

type Stop = OutputOf<typeof listStops>['stops'][number]

/** 停止と再開: what stands, with the way to lift it; `?which=all` the past too. */
export function StopsPage(): ReactNode {
  const can = useCan()
  const search = useSearch({ strict: false }) as { which?: unknown }
  const which = search.which === 'all' ? 'all' : 'standing'
  const { data, error } = useQuery({ ...q(listStops, { which }), refetchInterval: LIVE_MS })
  const towns = useTownNames()
  const operators = new Map(useOperators().map(({ operatorId, ja }) => [operatorId, ja]))
  return (
    <Page
      title="停止と再開"
      crumbs={[{ label: '全国の状況', to: '/' }, { label: '停止と再開' }]}
      actions={
        <>
          {which === 'standing' ? (
            <Link to={'/stops' as string} search={{ which: 'all' } as never}>
              これまでの停止
            </Link>
          ) : (
            <Link to={'/stops' as string}>続いている停止だけ</Link>
          )}
          {can(setStop).allowed && (
            <Link to={'/stops/new' as string} className="button">
              停止する
            </Link>
          )}
        </>
      }
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data?.stops.length === 0 && <p>停止はありません。</p>}
      {data && data.stops.length > 0 && (
        <ul
          className="incident-steps"
          aria-label={which === 'standing' ? '続いている停止' : 'これまでの停止'}
        >
          {data.stops.map((stop) => (
            <li
              key={stop.stopId}
              data-done={stop.lifted ? '' : undefined}
              data-next={stop.lifted ? undefined : ''}
            >
              <OneStop
                stop={stop}
                name={towns.get(stop.scopeKey) ?? operators.get(stop.scopeKey) ?? stop.scopeKey}
              />
            </li>
          ))}
        </ul>
      )}
    </Page>
  )
}

function OneStop({ stop, name }: { stop: Stop; name: string }): ReactNode {
  const { scopeJa, kind, reason, note, setAt, setBy, askedBy, told, incidentId, lifted } = stop
  const what = reachText(scopeJa, name, kind)
  return (
    <>
      <h2 className="notice-title">
        {what} {lifted ? <Badge tone="success">再開済み</Badge> : <Badge tone="error">停止中</Badge>}
      </h2>
      <p>{`${stopReasons[reason]}：${note}`}</p>
      <p className="small quiet">
        {`停止 ${instantText(setAt)} ${setBy === 'center' ? '自動' : setBy}`}
        {askedBy !== null && `（依頼：${askedBy}）`}
        {told !== null && (told ? '、証明発行サーバに伝達済み' : '、証明発行サーバに伝えています')}
        {lifted && `。再開 ${instantText(lifted.at)} ${lifted.by}：${lifted.note}`}
      </p>
      {!lifted && incidentId !== null && (
        <p>
          <Link to={'/incidents/$incidentId' as string} params={{ incidentId } as never}>
            事案による停止です。事案の画面で再開します
          </Link>
        </p>
      )}
      {!lifted && incidentId === null && (
        <div>
          <Lift stop={stop} what={what} />
        </div>
      )}
    </>
  )
}

const Cleared = checkboxOf('滞留していたデータ連携の処理が終わったことを、市区町村が確認した')

function Lift({ stop, what }: { stop: Stop; what: string }): ReactNode {
  const [note, setNote] = useState('')
  const [confirmedBy, setConfirmedBy] = useState('')
  const [backlogCleared, setBacklogCleared] = useState(false)
  return (
    <AskButton
      endpoint={liftStop}
      input={{
        stopId: stop.stopId,
        note: note.trim(),
        confirmedBy: confirmedBy.trim() === '' ? null : confirmedBy.trim(),
        backlogCleared,
      }}
      invalidates={[listStops, getOverview]}
      label="停止を解く"
      of={what}
      question={`${what}の停止を解きますか`}
      confirm="停止を解く"
    >
      <LooseField
        name="note"
        label="したこと・確認したこと"
        kind={TextArea}
        value={note}
        onChange={setNote}
        required
      />
      {stop.scope === 'town' && (
        <>
          <LooseField
            name="confirmedBy"
            label="確認者（市区町村の課名・役職）"
            kind={Text}
            value={confirmedBy}
            onChange={setConfirmedBy}
            required
          />
          <LooseField
            name="backlogCleared"
            label="滞留データの処理"
            kind={Cleared}
            value={backlogCleared}
            onChange={setBacklogCleared}
            required
          />
        </>
      )}
    </AskButton>
  )
}
