import type { ReactNode } from 'react'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { ActPage } from './ActPage.tsx'
import { issuing } from './published/issuing.ts'
import { IssueFlow } from './published/IssueFlow.tsx'

/** 罹災証明書の窓口交付. */
export function IssuePage(): ReactNode {
  return (
    <ActPage title="罹災証明書の交付" needs={issuing} offered={(state) => state === 'issuable'} wide>
      {({ applicationId, certificates, form }) => {
        const certificate = certificates.find((one) => one.withdrawnAt === null)
        if (!certificate) return <Banner tone="warning" title="有効な罹災証明書がありません" />
        return (
          <IssueFlow
            of={{
              ...{ kind: 'risai', ja: '罹災証明書', subjectId: certificate.certificateId },
              ...{ copies: form.copies, purpose: form.purpose },
              ...{ back: `/risai/applications/${applicationId}`, backLabel: '申請' },
            }}
          />
        )
      }}
    </ActPage>
  )
}
