import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { addDays } from '@open-bcl/core/dates.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { checkGroupOf } from '@open-bcl/ui/fields/CheckGroup.tsx'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { dateText } from '@open-bcl/ui/fields/wareki-input.ts'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import {
  getKiosk,
  issueKioskCode,
  listKiosks,
  recordSecurityCheck,
  revokeKiosk,
  saveKiosk,
  securityCheckItems,
} from '../../registry.contract.ts'
import { KioskBadge, steps } from './KiosksPage.tsx'
import { usages, useOperators, useTownNames } from './registry-kinds.tsx'
import { LIVE_MS, presentDay } from './console-text.ts'

type Kiosk = OutputOf<typeof getKiosk>
type Item = keyof typeof securityCheckItems

const readings = [getKiosk, listKiosks]

/** One machine: from its registration to its admission, and out of use again. */
export function KioskPage(): ReactNode {
  const kioskId = usePathParam('kioskId')
  const can = useCan()
  const { data, error, dataUpdatedAt } = useQuery({ ...q(getKiosk, { kioskId }), refetchInterval: LIVE_MS })
  const towns = useTownNames()
  const operators = new Map(useOperators().map((one) => [one.operatorId, one.ja]))
  return (
    <Page
      title={data?.name ?? '端末'}
      crumbs={[
        { label: '全国の状況', to: '/' },
        { label: '端末', to: '/kiosks' },
        { label: data?.name ?? '端末' },
      ]}
      badges={data && <KioskBadge kiosk={data} now={dataUpdatedAt} />}
      actions={
        can(saveKiosk).allowed && (
          <Link to={`/kiosks/${kioskId}/edit`} className="button">
            登録内容を変える
          </Link>
        )
      }
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data && (
        <>
          <DescriptionList
            items={[
              { term: '端末ID', value: kioskId },
              { term: '用途', value: usages[data.usage] },
              {
                term: '事業者',
                value:
                  data.operatorId === null
                    ? data.operator
                    : (operators.get(data.operatorId) ?? data.operator),
              },
              {
                term: '設置場所',
                value:
                  data.storeId === null ? (
                    `${data.place}（設置場所の登録がありません）`
                  ) : (
                    <Link to={`/registry/stores/${data.storeId}`}>{data.place}</Link>
                  ),
              },
              {
                term: '対象の市区町村',
                value:
                  data.onlyMunicipality === null
                    ? 'すべて'
                    : `${towns.get(data.onlyMunicipality) ?? data.onlyMunicipality}だけ`,
              },
              { term: '登録', value: instantText(data.registeredAt) },
              {
                term: '最後の利用',
                value: data.lastSeenAt === null ? noValue : instantText(data.lastSeenAt),
              },
              {
                term: '取引',
                value: (
                  <Link to={'/transactions' as string} search={{ kioskId } as never}>
                    この端末の取引を見る
                  </Link>
                ),
              },
            ]}
          />
          <Admission kiosk={data} />
          <Records kiosk={data} />
          {data.revokedAt === null && <Revoke kiosk={data} />}
        </>
      )}
    </Page>
  )
}

const order = ['enrolment', 'connection-test', 'security-check'] as const
const how = {
  enrolment: '利用開始コードを発行し、端末の画面で入力します。端末だけの鍵が作られます。',
  'connection-test': 'コードの入力に続いて、端末が自分で行います。ここには結果が出ます。',
  'security-check': '人が端末と回線を確かめて、ここに記録します。毎年くり返します。',
} as const

/** 接続の承認: three steps, each with what is to be done next. */
function Admission({ kiosk }: { kiosk: Kiosk }): ReactNode {
  const { missing, checkedUntil } = kiosk.admission
  if (kiosk.revokedAt !== null)
    return <Banner tone="warning" title={`利用を停止しました（${instantText(kiosk.revokedAt)}）`} />
  if (kiosk.storeId === null)
    return (
      <Banner tone="warning" title="設置場所の登録がないため、まだ使えません">
        「登録内容を変える」で設置場所を選んでください。
      </Banner>
    )
  const next = order.find((step) => missing.includes(step))
  return (
    <Section title="使えるようにする">
      <ol className="incident-steps" aria-label="接続の承認">
        {order.map((step) => {
          const done = !missing.includes(step)
          return (
            <li key={step} data-done={done ? '' : undefined} data-next={step === next ? '' : undefined}>
              <h3 className="notice-title">
                {steps[step]} {done ? <Badge tone="success">済み</Badge> : <Badge>まだ</Badge>}
              </h3>
              <p className="small quiet">
                {how[step]}
                {step === 'security-check' &&
                  checkedUntil !== null &&
                  `次の期限は${dateText(checkedUntil)}です。`}
              </p>
              {step === 'enrolment' && <IssueCode kiosk={kiosk} again={done} />}
              {step === 'security-check' && !missing.includes('enrolment') && (
                <Check kioskId={kiosk.kioskId} />
              )}
            </li>
          )
        })}
      </ol>
    </Section>
  )
}

/** The code is shown once; only who made it sees it. */
function IssueCode({ kiosk, again }: { kiosk: Kiosk; again: boolean }): ReactNode {
  const can = useCan()
  const [made, setMade] = useState<OutputOf<typeof issueKioskCode> | null>(null)
  const sending = useSend(issueKioskCode, { invalidates: readings, onDone: setMade })
  if (!can(issueKioskCode).allowed) return null
  return (
    <>
      {made && (
        <Banner tone="success" title={`利用開始コード ${made.code}`} announce>
          {`端末の画面で入力してください。一度だけ、${instantText(made.expiresAt)}まで使えます。この画面を離れると、もう表示できません。`}
        </Banner>
      )}
      {sending.error && <ErrorSummary error={sending.error} />}
      <div>
        <Button
          size="small"
          {...(again ? {} : { look: 'solid' as const })}
          busy={sending.busy}
          onClick={() => sending.start({ kioskId: kiosk.kioskId })}
        >
          {again ? '新しい鍵のためのコードを発行する' : '利用開始コードを発行する'}
        </Button>
      </div>
      {again && (
        <p className="small quiet">
          新しいコードを端末で使うと鍵が替わり、接続試験とセキュリティ確認をやり直します。
        </p>
      )}
    </>
  )
}

const Items = checkGroupOf<Item>(
  (Object.keys(securityCheckItems) as Item[]).map((value) => ({ value, label: securityCheckItems[value] })),
  'column',
)
const YEAR = 365

function Check({ kioskId }: { kioskId: string }): ReactNode {
  const [items, setItems] = useState<readonly Item[]>([])
  const [validUntil, setValidUntil] = useState<PlainDate | null>(addDays(presentDay(), YEAR))
  const [note, setNote] = useState('')
  const all = items.length === Object.keys(securityCheckItems).length
  return (
    <div>
      <AskButton
        endpoint={recordSecurityCheck}
        input={{
          ...{ kioskId, items: Object.fromEntries(items.map((item) => [item, true])) },
          ...{ validUntil: validUntil ?? '', note },
        }}
        invalidates={readings}
        label="確認を記録する"
        question="セキュリティ確認の記録"
        confirm={all ? '合格として記録する' : '不合格として記録する'}
      >
        <LooseField
          name="items"
          label="確かめたこと"
          hint="1つでも印がなければ不合格です。合格するまで端末は使えません"
          kind={Items}
          value={items}
          onChange={setItems}
        />
        <LooseField
          name="validUntil"
          label="次の確認の期限"
          hint="1年以内"
          kind={WarekiDate}
          value={validUntil}
          onChange={setValidUntil}
          required
        />
        <LooseField
          name="note"
          label="メモ"
          hint="いつ、どこで、だれが確かめたか"
          kind={TextArea}
          value={note}
          onChange={setNote}
          required
        />
      </AskButton>
    </div>
  )
}

function doerText(doneBy: string): string {
  if (doneBy.startsWith('kiosk:')) return '端末'
  return doneBy === 'setup' ? '準備の作業' : doneBy
}

const record = columnsOf<Kiosk['admissions'][number]>()
const recordColumns = record.columns([
  record.accessor('step', { header: '何を', cell: (cell) => steps[cell.getValue()] }),
  record.accessor('passed', {
    header: '結果',
    meta: { nowrap: true },
    cell: ({ row: { original } }) =>
      original.passed ? <Badge tone="success">合格</Badge> : <Badge tone="error">不合格</Badge>,
  }),
  record.accessor('doneAt', {
    header: 'いつ',
    meta: { nowrap: true },
    cell: (cell) => instantText(cell.getValue()),
  }),
  record.accessor('doneBy', { header: '誰が', cell: (cell) => doerText(cell.getValue()) }),
  record.display({
    id: 'facts',
    header: '内容',
    meta: { wide: true },
    cell: ({ row: { original } }) => factsText(original),
  }),
])

const measured: Readonly<Record<string, string>> = {
  cardReader: 'カードリーダー',
  printer: 'プリンター',
  roundTripMs: '往復（ミリ秒）',
  program: '画面の版',
  skewMs: '時計のずれ（ミリ秒）',
}

function factsText({ step, facts, note, formerKey }: Kiosk['admissions'][number]): string {
  const label = (name: string): string =>
    step === 'security-check' ? (securityCheckItems[name as Item] ?? name) : (measured[name] ?? name)
  const missing = Object.entries(facts).flatMap(([name, value]) => (value === false ? [label(name)] : []))
  const numbers = Object.entries(facts).flatMap(([name, value]) =>
    typeof value === 'number' || typeof value === 'string' ? [`${label(name)} ${value}`] : [],
  )
  return [
    ...(formerKey ? ['前の鍵のとき'] : []),
    ...(missing.length > 0 ? [`いいえ：${missing.join('、')}`] : []),
    ...numbers,
    ...(note === '' ? [] : [note]),
  ].join('。')
}

function Records({ kiosk }: { kiosk: Kiosk }): ReactNode {
  return (
    <DataTable
      caption="接続試験とセキュリティ確認の記録（新しい順）"
      columns={recordColumns}
      rows={kiosk.admissions}
      rowKey={(row) => `${row.step}${row.doneAt}`}
      empty="まだ記録がありません。"
    />
  )
}

function Revoke({ kiosk }: { kiosk: Kiosk }): ReactNode {
  const [note, setNote] = useState('')
  return (
    <div>
      <AskButton
        endpoint={revokeKiosk}
        input={{ kioskId: kiosk.kioskId, note }}
        invalidates={readings}
        label="この端末の利用を停止する"
        question={`「${kiosk.name}」の利用を停止しますか`}
        confirm="利用を停止する"
        look="danger"
      >
        <p>
          端末の鍵を失効します。すぐに使えなくなり、元に戻せません。盗難や廃棄のときに使います。少しの間だけ止めるときは「停止と再開」を使ってください。
        </p>
        <LooseField name="note" label="理由" kind={TextArea} value={note} onChange={setNote} required />
      </AskButton>
    </div>
  )
}
