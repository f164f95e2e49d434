import { Link, useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { send } from '@open-bcl/ui/api.ts'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { addNonResident } from '../ledger.contract.ts'
import {
  checkNonResident,
  emptyNonResident,
  inputOf,
  NonResidentFields,
} from './published/NonResidentForm.tsx'

/** 住登外者の追加: somebody who lived here without being registered here. */
export function AddNonResidentPage(): ReactNode {
  const navigate = useNavigate()
  const toast = useToast()
  const disasterId = useSelectedDisaster()
  return (
    <Page
      title="住登外者の追加"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '被災者台帳', to: '/ledger' },
        { label: '住登外者の追加' },
      ]}
      lead="住民登録はないものの、被災した住家に住んでいた方を、この災害の台帳に加えます。先に検索し、登録がないことを確かめてください。"
    >
      {disasterId === null ? (
        <ChooseDisaster />
      ) : (
        <Allowed to={addNonResident}>
          <EditForm
            mode="new"
            initial={emptyNonResident}
            schema={addNonResident.input}
            submitLabel="台帳に追加"
            check={checkNonResident}
            onSubmit={(draft, { requestId }) =>
              send(addNonResident, { disasterId, ...inputOf(draft) }, requestId)
            }
            onSaved={({ personRef }) => {
              toast('台帳に追加しました')
              void navigate({ to: '/ledger/$personRef', params: { personRef } as never })
            }}
            cancel={
              <Link to="/ledger" className="button">
                やめる
              </Link>
            }
          >
            {({ Field }) => <NonResidentFields Field={Field} concealed={false} />}
          </EditForm>
        </Allowed>
      )}
    </Page>
  )
}
