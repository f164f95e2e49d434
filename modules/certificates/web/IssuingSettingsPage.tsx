import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { Yen } from '@open-bcl/ui/fields/Yen.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { certificateKinds, type EnvelopeWindow } from '../../municipalities/municipalities.ts'
import { changeIssuingSetting, getIssuingSettings, type IssuingSettingKey } from '../settings.contract.ts'
import { issuerOptions, kindCodes } from './certificate-text.ts'
import { closedText, settingTitles } from './settings-words.ts'

type Answer = OutputOf<typeof getIssuingSettings>
export type Settings = Answer['now']

/** Rows of one setting, in the words of the screen. */
function itemsOf(key: IssuingSettingKey, { issues, options, feesYen, hours }: Settings) {
  switch (key) {
    case 'participation':
      return kindCodes.map((kind) => ({
        term: certificateKinds[kind].ja,
        value: labelOf(issuerOptions, issues[kind]),
      }))
    case 'issue-options':
      return [
        {
          term: '住民票コード（キオスク端末）',
          value: options.kioskResidentCode ? '選べるようにする' : '選べないようにする',
        },
        { term: '性別（印鑑登録証明書）', value: options.sealSex ? '記載する' : '記載しない' },
        { term: 'キオスク端末の部数', value: `一度に${options.kioskCopies}部まで` },
        { term: '被災証明書の名称', value: options.hisaiTitle },
        { term: '所得証明書', value: options.taxIncomePaper ? '交付する' : '交付しない' },
        { term: '税証明の現年度', value: `${options.taxYearBegins.replace('-', '月')}日から` },
        { term: '再交付（罹災証明書）', value: options.risaiReissueMark ? '記載する' : '記載しない' },
        { term: '封筒の窓（宛名台紙）', value: windowText(options.envelopeWindow) },
        { term: '記載内容と不一致の証拠の保存', value: keepingText(options) },
      ]
    case 'fees':
      return kindCodes.map((kind) => ({
        term: certificateKinds[kind].ja,
        value: Yen.toText(feesYen[kind] ?? null) || '未設定',
      }))
    case 'hours':
      return [
        { term: '時間', value: `${hours.opensAt}から${hours.closesAt}まで` },
        { term: '休止日', value: closedText(hours.closedOn) },
      ]
  }
}

function keepingText({ recordYears, recordSource }: Settings['options']): string {
  return recordYears === null
    ? '保存年数が未設定のため、廃棄していません'
    : `交付（確認）した年度の翌年度から${recordYears}年（${recordSource}）`
}

function windowText({ leftMm, topMm, widthMm, heightMm }: EnvelopeWindow): string {
  return `用紙の左から${leftMm}mm、上から${topMm}mm、幅${widthMm}mm、高さ${heightMm}mm`
}

const keys = ['participation', 'issue-options', 'fees', 'hours'] as const

/** 証明発行設定: what holds today, and what will hold from which day. */
export function IssuingSettingsPage(): ReactNode {
  const { data, error } = useQuery(q(getIssuingSettings, {}))
  return (
    <Page
      title="証明発行設定"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '証明発行設定' }]}
      lead="今日の設定と、これから変わる設定です。変更は、適用日を決めて登録します。"
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data &&
        keys.map((key) => (
          <Section key={key} title={settingTitles[key]} actions={<ChangeLink settingKey={key} />}>
            <DescriptionList items={itemsOf(key, data.now)} />
            {data.next
              .filter(({ changed }) => changed.includes(key))
              .map(({ on, settings }) => (
                <Next key={on} settingKey={key} on={on} now={data.now} next={settings} />
              ))}
          </Section>
        ))}
    </Page>
  )
}

/** What is another on that day; the rest stays and would only be read twice. */
function Next(props: {
  settingKey: IssuingSettingKey
  on: string
  now: Settings
  next: Settings
}): ReactNode {
  const before = itemsOf(props.settingKey, props.now)
  const changed = itemsOf(props.settingKey, props.next).filter((item, i) => item.value !== before[i]?.value)
  const day = WarekiDate.toText(props.on as PlainDate)
  return (
    <Banner tone="information" title={`${day}から変わります`}>
      {changed.length === 0 ? <p>今日の設定と同じ内容です。</p> : <DescriptionList items={changed} />}
    </Banner>
  )
}

function ChangeLink(props: { settingKey: IssuingSettingKey }): ReactNode {
  const can = useCan()
  if (!can(changeIssuingSetting).allowed) return null
  return (
    <Link
      to="/certificates/settings/$key"
      params={{ key: props.settingKey }}
      className="button"
      aria-label={`${settingTitles[props.settingKey]}を変更`}
    >
      変更
    </Link>
  )
}
