import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { q } from '@open-bcl/ui/api.ts'
import { checkboxOf } from '@open-bcl/ui/fields/Checkbox.tsx'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { listBlocks, setBlock } from '../blocks.contract.ts'
import { BlockList } from './BlockList.tsx'
import { PeopleSearch } from './PeopleSearch.tsx'

const Lifted = checkboxOf('解除したものも表示する', '表示する', '表示しない')

/** 発行禁止設定: every block that stands, and whom to look for to set one. */
export function BlocksPage(): ReactNode {
  const { lifted = false } = useSearch({ strict: false }) as { lifted?: boolean }
  const navigate = useNavigate()
  const { data, error } = useQuery(q(listBlocks, { lifted }))
  const overdue = data?.blocks.filter((one) => one.state === 'overdue').length ?? 0
  return (
    <Page
      title="発行禁止設定"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '発行禁止設定' }]}
      lead="この画面で設定した発行禁止の一覧です。業務システムから届いた発行抑止とは別に働き、どちらか一方でもあれば交付しません。"
      actions={
        <Link to="/certificates/blocks/find" className="button">
          人を探して設定・確認
        </Link>
      }
    >
      {overdue > 0 && (
        <Banner tone="warning" title={`終了予定日を過ぎた発行禁止が${overdue}件あります`}>
          終了予定日が過ぎても、発行禁止は自動では解けません。解いてよいかを確かめてください。
        </Banner>
      )}
      <LooseField
        name="lifted"
        label="表示"
        kind={Lifted}
        value={lifted}
        onChange={(on) =>
          void navigate({
            to: '.',
            replace: true,
            search: (kept: Record<string, unknown>) => ({ ...kept, lifted: on || undefined }) as never,
          })
        }
      />
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data && <BlockList blocks={data.blocks} empty="発行禁止は設定されていません。" linked />}
    </Page>
  )
}

export function FindForBlockPage(): ReactNode {
  return (
    <Page
      title="発行禁止の対象を探す"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '発行禁止設定', to: '/certificates/blocks' },
        { label: '発行禁止の対象を探す' },
      ]}
    >
      <PeopleSearch to="/certificates/blocks/$residentNo" />
    </Page>
  )
}

/** Blocks of one person and of the household the person is in. */
export function PersonBlocksPage(): ReactNode {
  const residentNo = usePathParam('residentNo')
  const can = useCan()
  const { data, error } = useQuery(q(listBlocks, { residentNo, lifted: true }))
  const title = data?.person ? `${data.person.name}の発行禁止` : '発行禁止'
  return (
    <Page
      title={title}
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '発行禁止設定', to: '/certificates/blocks' },
        { label: title },
      ]}
      lead={
        data?.person &&
        `宛名番号 ${data.person.residentNo}　世帯番号 ${data.person.householdNo ?? 'なし'}。本人と、いま属する世帯の発行禁止です。`
      }
      actions={
        can(setBlock).allowed && (
          <Link to="/certificates/blocks/$residentNo/new" params={{ residentNo }} className="button">
            発行禁止を設定する
          </Link>
        )
      }
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data && <BlockList blocks={data.blocks} empty="この方と世帯に、発行禁止は設定されていません。" />}
    </Page>
  )
}
