import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { q } from '@open-bcl/ui/api.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { getProtectionCaution, listProtectionsOf, requestProtection } from '../protection.contract.ts'
import { roles } from '../protection.ts'

/** On the page of a victim: whether to ask first, what is in force, and the way to protect somebody at once. */
export function CautionPanel({ personRef }: { personRef: string }): ReactNode {
  return personRef.startsWith('R-') ? (
    <Caution residentNo={personRef.slice(2)} />
  ) : (
    <p>
      住民登録のない方です。支援を求められたときは「住登外者の記載を更新」で支援措置の対象にしてください。
    </p>
  )
}

/** On the page of a person of the register. */
export function ResidentCaution({ residentNo }: { residentNo: string }): ReactNode {
  return (
    <Section title="支援措置">
      <Caution residentNo={residentNo} />
    </Section>
  )
}

function Caution({ residentNo }: { residentNo: string }): ReactNode {
  const can = useCan()
  const { data, error } = useQuery(q(getProtectionCaution, { residentNo }))
  return (
    <>
      {error && <ErrorSummary error={error} />}
      {data?.caution && (
        <Banner tone="suppression" title="請求に応じる前に、支援措置の担当者に確かめてください">
          この方やこの方の世帯からの請求・問合せには、ほかの人の住所、連絡先、氏名を答えないでください。この注意があることも、本人に伝えないでください。
        </Banner>
      )}
      {can(listProtectionsOf).allowed && <Measures residentNo={residentNo} />}
      {can(requestProtection).allowed && (
        <p>
          <Link to="/protections/new" state={{ protect: residentNo } as never}>
            この方の仮支援措置を始める
          </Link>
        </p>
      )}
    </>
  )
}

function Measures({ residentNo }: { residentNo: string }): ReactNode {
  const { data, error } = useQuery(q(listProtectionsOf, { residentNo }))
  if (error) return <ErrorSummary error={error} />
  if (!data) return null
  if (data.measures.length === 0) return <p>ここで登録した支援措置はありません。</p>
  return (
    <ul>
      {data.measures.map(({ measureId, role }) => (
        <li key={`${measureId} ${role}`}>
          <Link to="/protections/$measureId" params={{ measureId } as never}>
            支援措置を開く（{labelOf(roles, role)}）
          </Link>
        </li>
      ))}
    </ul>
  )
}
