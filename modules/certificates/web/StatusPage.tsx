import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { checkGroupOf } from '@open-bcl/ui/fields/CheckGroup.tsx'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Dialog } from '@open-bcl/ui/layout/Dialog.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { getGate, overrideGate } from '../../linkage/linkage.contract.ts'
import { certificateKinds, type CertificateKindCode } from '../../municipalities/municipalities.ts'
import { getIssuingStatus, getStopBacklog, resumeIssuing, stopIssuing } from '../certificates.contract.ts'
import { stopReasons, stopReasonText, stopSetters, type StopReason } from '../stops.ts'
import { kindCodes, kindOptions } from './certificate-text.ts'
import { MismatchesSection } from './MismatchesSection.tsx'
import { StatusBanner } from './StatusBanner.tsx'

type Status = OutputOf<typeof getIssuingStatus>
type Stop = Status['stops'][number]

/** 交付の状況: whether the town issues, what stands in the way, and the switch that stops it at once. */
export function StatusPage(): ReactNode {
  const { data, error } = useQuery({ ...q(getIssuingStatus, {}), refetchInterval: 30_000 })
  return (
    <Page
      title="交付の状況"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '交付の状況' }]}
      lead="証明書を交付できる状態か、止まっているなら何を確かめればよいかを見ます。"
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data && (
        <>
          <div role="status" aria-label="交付の全体の状況">
            <StatusBanner here />
            {data.issuing && data.stops.length === 0 && (
              <Banner tone="success" title="証明書を交付しています" />
            )}
          </div>
          <StopSwitch />
          {data.stops.length > 0 && (
            <Section title="停止しているもの">
              <ul className="notice-list">
                {data.stops.map((stop) => (
                  <li key={stop.stopId}>
                    <OneStop stop={stop} />
                  </li>
                ))}
              </ul>
            </Section>
          )}
          <MismatchesSection openAlarms={data.openAlarms} />
          <GateLinks />
        </>
      )}
    </Page>
  )
}

const Reason = radioOf<StopReason>(stopReasons, 'column')
const WhichKind = selectOf<CertificateKindCode | 'all'>([
  { value: 'all', label: 'すべての証明書' },
  ...kindOptions,
])

/** 緊急停止: one press and one confirmation; from that moment nothing leaves, at the counter or at a machine. */
function StopSwitch(): ReactNode {
  const can = useCan()
  const [asking, setAsking] = useState(false)
  const [kind, setKind] = useState<CertificateKindCode | 'all'>('all')
  const [reason, setReason] = useState<StopReason>('anomaly')
  const stopping = useSend(stopIssuing, {
    invalidates: [getIssuingStatus],
    onDone: () => setAsking(false),
  })
  if (!can(stopIssuing).allowed) return null
  return (
    <Section title="交付を止める">
      <p>
        誤った証明書が出たおそれがあるときは、原因を調べる前に、すぐに止めてください。押すと、窓口とすべてのキオスク端末の交付が止まります。
      </p>
      <div>
        <Button look="danger" onClick={() => setAsking(true)}>
          交付を緊急停止する
        </Button>
      </div>
      <Dialog
        open={asking}
        title="証明書の交付を止めますか"
        onClose={() => setAsking(false)}
        actions={
          <>
            <Button onClick={() => setAsking(false)}>やめる</Button>
            <Button
              look="danger"
              busy={stopping.busy}
              onClick={() => stopping.start({ reason, kind: kind === 'all' ? null : kind })}
            >
              すぐに止める
            </Button>
          </>
        }
      >
        <LooseField
          name="kind"
          label="止める証明書"
          kind={WhichKind}
          value={kind}
          onChange={(value) => setKind(value ?? 'all')}
        />
        <LooseField
          name="reason"
          label="停止の理由"
          kind={Reason}
          value={reason}
          onChange={(value) => setReason(value ?? 'anomaly')}
        />
        {stopping.error && <ErrorSummary error={stopping.error} />}
      </Dialog>
    </Section>
  )
}

function nameOf({ kind, except }: Stop): string {
  if (kind !== null) return certificateKinds[kind].ja
  const others = except.map((one) => certificateKinds[one].ja)
  return others.length === 0 ? 'すべての証明書' : `すべての証明書（${others.join('、')}を除く）`
}

function OneStop({ stop }: { stop: Stop }): ReactNode {
  const can = useCan()
  const reason = stopReasonText(stop.reason)
  return (
    <>
      <p className="notice-title">
        {nameOf(stop)} <Badge tone="error">停止中</Badge>
      </p>
      <p>{`理由：${reason}`}</p>
      <p className="small quiet">{`${stopSetters[stop.setBy]}　${stop.by}　${instantText(stop.at)}`}</p>
      {stop.setBy === 'center' ? (
        <p>センターが停止を解くまで、交付できません。証明書交付センターに連絡してください。</p>
      ) : (
        can(resumeIssuing).allowed && <Resume stop={stop} />
      )}
    </>
  )
}

/** Taken up again by the town alone, and only when nothing of its data is on its way any more (手引き 6.2). */
function Resume({ stop }: { stop: Stop }): ReactNode {
  const { data, error, refetch, isFetching } = useQuery(q(getStopBacklog, { stopId: stop.stopId }))
  const held = kindCodes.filter((kind) => stop.kind === null && !stop.except.includes(kind))
  const [chosen, setChosen] = useState<readonly CertificateKindCode[]>(held)
  // Some may have been taken up since they were ticked.
  const kinds = chosen.filter((kind) => held.includes(kind))
  if (error) return <ErrorSummary error={error} />
  if (!data) return <Progress label="滞留しているデータを調べています" />
  const some = stop.kind === null && kinds.length < held.length
  const Kinds = checkGroupOf(kindOptions.filter(({ value }) => held.includes(value)))
  return (
    <>
      {data.backlog.length === 0 ? (
        <p>滞留している連携データはありません。</p>
      ) : (
        <Banner tone="warning" title="滞留している連携データがあります">
          <ul>
            {data.backlog.map(({ business, title, waiting, unsent, refused }) => (
              <li key={business}>
                {[
                  `${title}：`,
                  waiting > 0 ? `取込を待つファイル ${waiting}件 ` : '',
                  unsent > 0 ? `連携APにあるファイル ${unsent}件 ` : '',
                  refused ? '取り込めなかったファイルあり' : '',
                ].join('')}
              </li>
            ))}
          </ul>
          <p>
            <Link to="/linkage">連携状況</Link>
            で、取込が終わるのを待ってから再開してください。滞留が残ったままでは再開できません。
          </p>
        </Banner>
      )}
      {held.length > 1 && (
        <LooseField
          name={`kinds-${stop.stopId}`}
          label="再開する証明書"
          kind={Kinds}
          value={kinds}
          onChange={setChosen}
        />
      )}
      <div className="button-row">
        <Button size="small" busy={isFetching} onClick={() => void refetch()}>
          滞留を調べ直す
        </Button>
        <AskButton
          endpoint={resumeIssuing}
          input={{ stopId: stop.stopId, ...(some ? { kinds: [...kinds] } : {}) }}
          invalidates={[getIssuingStatus, getStopBacklog]}
          label="交付を再開する"
          of={nameOf(stop)}
          question="証明書の交付を再開しますか"
          confirm="再開する"
        >
          <p>
            {some
              ? `次の証明書だけを再開します：${kinds.map((kind) => certificateKinds[kind].ja).join('、')}`
              : `${nameOf(stop)}の交付を再開します。`}
          </p>
          <p>停止の原因が取り除かれ、滞留しているデータがないことを確かめてください。</p>
        </AskButton>
      </div>
    </>
  )
}

/** Whether the data may be printed is linkage's to say; the way out of a lost link stands there. */
function GateLinks(): ReactNode {
  const can = useCan()
  const allowed = can(getGate).allowed
  const { data } = useQuery({ ...q(getGate, {}), enabled: allowed })
  if (!allowed || !data) return null
  const closed = data.kinds.filter((kind) => !kind.open)
  return (
    <Section title="データの新しさ">
      {closed.length === 0 ? (
        <p>どの証明書も、データの新しさのために止まってはいません。</p>
      ) : (
        <ul>
          {closed.map((kind) => (
            <li key={kind.kind}>
              {`${kind.title}：${[...new Set(kind.reasons.map(({ ja }) => ja))].join('、')}`}
            </li>
          ))}
        </ul>
      )}
      {data.kinds.map(
        ({ kind, title, override }) =>
          override && (
            <p
              key={kind}
            >{`${title}：連携停止中の交付の特例により交付しています（${instantText(override.until)}まで）`}</p>
          ),
      )}
      <div className="button-row">
        <Link to="/linkage" className="button">
          連携状況を見る
        </Link>
        {closed.some(({ override }) => override === null) && can(overrideGate).allowed && (
          <Link to="/linkage/override" className="button">
            連携停止中の交付の特例
          </Link>
        )}
      </div>
      {closed.length > 0 && (
        <p className="small quiet">
          特例で交付できるようになるのは、庁舎や回線の被災などで連携が途絶えたときだけです。データの不一致や誤りのために止まっているものは、特例でも交付できません。
        </p>
      )}
    </Section>
  )
}
