import type { ReactNode } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import type { Endpoint } from '@open-bcl/core/endpoint.ts'
import { send } from '../api.ts'
import { textWith } from '../fields/Text.tsx'
import { EditForm } from '../form/EditForm.tsx'
import { Banner } from '../layout/Banner.tsx'
import { Page } from '../layout/Page.tsx'
import { FieldGroup } from '../layout/Section.tsx'
import { useToast } from '../layout/Toast.tsx'
import { useSession } from '../session.tsx'

const Current = textWith({ type: 'password', autoComplete: 'current-password', width: 'middle' })
const Fresh = textWith({ type: 'password', autoComplete: 'new-password', width: 'middle' })
const empty = { currentPassword: '', newPassword: '', newPasswordAgain: '' }

/** パスワード変更. Forced when somebody else set the password. `home`: what the first page is called. */
export function ChangePassword(props: {
  changePassword: Endpoint
  getSession: Pick<Endpoint, 'name'>
  home: string
}): ReactNode {
  const { mustChangePassword } = useSession()
  const queries = useQueryClient()
  const router = useRouter()
  const toast = useToast()
  return (
    <Page
      title="パスワード変更"
      width="narrow"
      crumbs={[{ label: props.home, to: '/' }, { label: 'パスワード変更' }]}
    >
      {mustChangePassword && (
        <Banner tone="warning" title="初回のパスワードを変更してください">
          変更するまで、ほかの画面は利用できません。
        </Banner>
      )}
      <EditForm
        mode="new"
        initial={empty}
        submitLabel="パスワードを変更"
        check={(values) =>
          values.newPassword === values.newPasswordAgain
            ? []
            : [{ pointer: '/newPasswordAgain', message: '新しいパスワードと確認用が一致しません' }]
        }
        onSubmit={({ currentPassword, newPassword }, { requestId }) =>
          send(props.changePassword, { currentPassword, newPassword } as never, requestId)
        }
        onSaved={() => {
          toast('パスワードを変更しました')
          queries.removeQueries({ queryKey: [props.getSession.name] })
          void router.navigate({ to: '/' })
        }}
      >
        {({ Field }) => (
          <FieldGroup legend="パスワード">
            <Field name="currentPassword" kind={Current} label="現在のパスワード" required />
            <Field
              name="newPassword"
              kind={Fresh}
              label="新しいパスワード"
              hint="12文字以上。関係のない言葉をいくつか並べると、長くて覚えやすくなります。よく使われる言葉に数字を付けただけのものや、IDを含むものは使えません。定期的な変更は要りません"
              required
            />
            <Field name="newPasswordAgain" kind={Fresh} label="新しいパスワード（確認用）" required />
          </FieldGroup>
        )}
      </EditForm>
    </Page>
  )
}
