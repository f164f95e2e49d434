import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { Yen } from '@open-bcl/ui/fields/Yen.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { changeMunicipalitySetting, getMunicipalitySettings } from '../municipalities.contract.ts'
import { certificateKinds } from '../municipalities.ts'
import { PatternTable } from './PatternTable.tsx'
import { closedDayText } from '../typed-hours.ts'
import {
  ageLimitText,
  isSettingKey,
  issuers,
  kindCodes,
  patterns,
  residentDataWays,
  settingLabels,
  twoVersionBusinesses,
  writerText,
  type SettingKey,
} from './settings-text.ts'

type Settings = OutputOf<typeof getMunicipalitySettings>
type HistoryRow = Settings['history'][number]

const column = columnsOf<HistoryRow>()
const columns = column.columns([
  column.accessor('key', {
    header: '設定',
    cell: (cell) => {
      const key = cell.getValue()
      return isSettingKey(key) ? settingLabels[key] : key
    },
  }),
  column.accessor('fromOn', {
    header: '適用日',
    meta: { nowrap: true },
    cell: (cell) => {
      const fromOn = cell.getValue() as PlainDate
      return (
        <>
          <WarekiDate.Output value={fromOn} />{' '}
          {fromOn > todayInJapan(new Date()) && <Badge tone="information">適用前</Badge>}
        </>
      )
    },
  }),
  column.accessor('setAt', {
    header: '登録日時',
    meta: { nowrap: true },
    cell: (cell) => instantText(cell.getValue()),
  }),
  column.accessor('setBy', { header: '登録者', cell: (cell) => writerText(cell.getValue()) }),
])

/** 団体の設定: what holds today, and the history of what was set from which day. */
export function SettingsPage(): ReactNode {
  const { data, error, refetch } = useQuery(q(getMunicipalitySettings, {}))
  return (
    <Page
      title="団体の設定"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '団体の設定' }]}
      lead="今日の時点の設定です。変更は、適用日を決めて登録します。前の設定は履歴に残ります。"
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data && <Current settings={data} />}
      {data && (
        <DataTable
          caption="設定の履歴"
          columns={columns}
          rows={data.history}
          rowKey={(row) => `${row.key} ${row.fromOn} ${row.setAt}`}
          empty={<p>まだ何も設定されていません。既定の値で動いています。</p>}
          onRetry={() => void refetch()}
        />
      )}
    </Page>
  )
}

function Current(props: { settings: Settings }): ReactNode {
  const { settings } = props
  const { participation } = settings
  return (
    <>
      <Section title="証明書の発行者" actions={<ChangeLink settingKey="mayor" />}>
        <DescriptionList
          items={[
            { term: '団体', value: `${settings.prefecture}${settings.name}（${settings.code}）` },
            { term: '職名', value: settings.mayorTitle },
            {
              term: '氏名',
              value: settings.mayorName || <Badge tone="warning">未設定のため、証明書を交付できません</Badge>,
            },
          ]}
        />
      </Section>
      <Section title={settingLabels.seal} actions={<ChangeLink settingKey="seal" />}>
        <p>{settings.hasSeal ? '画像が登録されています。' : '登録されていません（公印省略）。'}</p>
      </Section>
      <Section title={settingLabels.hours} actions={<ChangeLink settingKey="hours" />}>
        <DescriptionList
          items={[
            { term: '時間', value: `${settings.hours.opensAt}から${settings.hours.closesAt}まで` },
            { term: '休止日', value: settings.hours.closedOn.map(closedDayText).join('、') || 'なし' },
          ]}
        />
      </Section>
      <Section title={settingLabels.fees} actions={<ChangeLink settingKey="fees" />}>
        <DescriptionList
          items={kindCodes.map((kind) => ({
            term: certificateKinds[kind].ja,
            value: Yen.toText(settings.feesYen[kind] ?? null) || '未設定',
          }))}
        />
      </Section>
      <Section title={settingLabels.participation} actions={<ChangeLink settingKey="participation" />}>
        <DescriptionList
          items={[
            { term: 'パターン', value: labelOf(patterns, participation.pattern) },
            { term: '住民情報', value: labelOf(residentDataWays, participation.residentData) },
            ...kindCodes.map((kind) => ({
              term: certificateKinds[kind].ja,
              value: labelOf(issuers, participation.issues[kind]),
            })),
          ]}
        />
        <PatternTable current={participation.pattern} />
      </Section>
      <Section title={settingLabels['my-number']} actions={<ChangeLink settingKey="my-number" />}>
        <p>{settings.keepsMyNumber ? '個人番号を保有し、表示します。' : '個人番号は保有しません。'}</p>
      </Section>
      <Section title={settingLabels['link-hours']} actions={<ChangeLink settingKey="link-hours" />}>
        <p>{`${settings.linkHours.opensAt}から${settings.linkHours.closesAt}まで`}</p>
      </Section>
      <Section title={settingLabels['data-age-limits']} actions={<ChangeLink settingKey="data-age-limits" />}>
        <DescriptionList
          items={kindCodes.map((kind) => ({
            term: certificateKinds[kind].ja,
            value: ageLimitText(settings.dataAgeLimits[kind]),
          }))}
        />
      </Section>
      <Section
        title={settingLabels['interface-deadlines']}
        actions={<ChangeLink settingKey="interface-deadlines" />}
      >
        <DescriptionList
          items={twoVersionBusinesses.map(({ key, label }) => ({
            term: label,
            value:
              WarekiDate.toText((settings.interfaceDeadlines[key] ?? null) as PlainDate | null) ||
              '標準の期限まで',
          }))}
        />
      </Section>
    </>
  )
}

function ChangeLink(props: { settingKey: SettingKey }): ReactNode {
  const can = useCan()
  if (!can(changeMunicipalitySetting).allowed) return null
  return (
    <Link
      to="/municipality/settings/$key"
      params={{ key: props.settingKey }}
      className="button"
      aria-label={`${settingLabels[props.settingKey]}を変更`}
    >
      変更
    </Link>
  )
}
