import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { call, q, send } from '@open-bcl/ui/api.ts'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { changeNonResident, getVictim } from '../ledger.contract.ts'
import { checkNonResident, draftOf, inputOf, NonResidentFields } from './published/NonResidentForm.tsx'

/** 住登外者の更新. */
export function ChangeNonResidentPage(): ReactNode {
  const personRef = usePathParam('personRef')
  const disasterId = useSelectedDisaster()
  return (
    <Page
      title="住登外者の記載の更新"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '被災者台帳', to: '/ledger' },
        { label: '住登外者の記載の更新' },
      ]}
    >
      {disasterId === null ? (
        <ChooseDisaster />
      ) : (
        <Allowed to={changeNonResident}>
          <Change disasterId={disasterId} personRef={personRef} />
        </Allowed>
      )}
    </Page>
  )
}

function Change(props: { disasterId: string; personRef: string }): ReactNode {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const toast = useToast()
  const { data, error } = useQuery(q(getVictim, props))
  if (error) return <ErrorSummary error={error} />
  if (!data) return <Progress label="読み込んでいます" />
  const { nonResident } = data
  if (nonResident === null) {
    return (
      <Banner tone="warning" title="住民登録のある方の記載は、ここでは更新できません">
        住民記録の変更は、業務システムから届きます。
      </Banner>
    )
  }
  const concealed = data.person.suppressed
  return (
    <>
      {concealed && (
        <Banner tone="suppression" title="支援措置対象者：所在に関わる情報は表示されません">
          住所、電話番号、追加の理由は、この画面では変更できません。
        </Banner>
      )}
      <EditForm
        mode="edit"
        initial={draftOf(data)}
        schema={changeNonResident.input}
        check={checkNonResident}
        onSubmit={(draft, { requestId }) =>
          send(
            changeNonResident,
            {
              disasterId: props.disasterId,
              nonResidentId: nonResident.nonResidentId,
              version: draft.version,
              ...inputOf(draft),
            },
            requestId,
          )
        }
        reload={async () => draftOf(await call(getVictim, props))}
        onSaved={() => {
          toast('更新しました')
          void queries.invalidateQueries({ queryKey: [getVictim.name] })
          void navigate({ to: '/ledger/$personRef', params: { personRef: props.personRef } as never })
        }}
        cancel={
          <Link to="/ledger/$personRef" params={{ personRef: props.personRef }} className="button">
            やめる
          </Link>
        }
      >
        {({ Field }) => <NonResidentFields Field={Field} concealed={concealed} />}
      </EditForm>
    </>
  )
}
