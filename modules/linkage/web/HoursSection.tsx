import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { openLink } from '../linkage.contract.ts'
import type { LinkState } from './link-state.ts'

/** 受付時間, and when the town's machine was last heard. */
export function HoursSection(props: { link: LinkState }): ReactNode {
  const can = useCan()
  const { hours, open, openUntil, heardAt } = props.link
  return (
    <Section
      title="受付時間"
      actions={
        can(openLink).allowed && (
          <Link to="/linkage/opening" className="button" data-size="small">
            時間外の受付
          </Link>
        )
      }
    >
      <DescriptionList
        items={[
          {
            term: '今の受付',
            value: open ? (
              <Badge tone="success">受け付けています</Badge>
            ) : (
              <Badge>時間外（ファイルは連携APで待ちます）</Badge>
            ),
          },
          { term: '毎日の受付時間', value: hoursText(hours) },
          ...(openUntil === null ? [] : [{ term: '時間外の受付', value: `${instantText(openUntil)}まで` }]),
          {
            term: '連携APからの最後の連絡',
            value: heardAt === null ? 'まだ連絡がありません' : instantText(heardAt),
          },
        ]}
      />
    </Section>
  )
}

function hoursText({ opensAt, closesAt }: LinkState['hours']): string {
  return opensAt === closesAt || (opensAt === '00:00' && closesAt === '24:00')
    ? '終日'
    : `${opensAt}から${closesAt}まで`
}
