import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Endpoint } from '@open-bcl/core/endpoint.ts'
import { send } from '@open-bcl/ui/api.ts'
import { Text, textWith } from '@open-bcl/ui/fields/Text.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { FieldGroup } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import {
  assignMyNumberHolder,
  listMyNumberHolders,
  listTerminals,
  registerTerminal,
} from '../terminals.contract.ts'

function Act(props: {
  title: string
  needs: Pick<Endpoint, 'permission' | 'title'>
  changes: Pick<Endpoint, 'name'>
  children: (done: (words: string) => void, cancel: ReactNode) => ReactNode
}): ReactNode {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const toast = useToast()
  return (
    <Page
      title={props.title}
      width="narrow"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '端末と個人番号の実施者', to: '/terminals' },
        { label: props.title },
      ]}
    >
      <Allowed to={props.needs}>
        {props.children(
          (words) => {
            toast(words)
            void queries.invalidateQueries({ queryKey: [props.changes.name] })
            void navigate({ to: '/terminals' })
          },
          <Link to="/terminals" className="button">
            やめる
          </Link>,
        )}
      </Allowed>
    </Page>
  )
}

/** Marks the very browser that shows this page, where the town asks for no certificates. */
export function NewTerminalPage(): ReactNode {
  return (
    <Act title="このブラウザーの登録" needs={registerTerminal} changes={listTerminals}>
      {(done, cancel) => (
        <>
          <Banner tone="warning" title="いま使っている、この端末のこのブラウザーに印を付けます">
            証明書を使わない団体のための、簡易な登録です。ブラウザーの保存データを丸ごと写せる人は、印も写せます。マイナンバー利用事務系の端末の前で、ふだん業務に使う利用者とブラウザーで登録してください。ほかの端末を、ここから登録することはできません。ブラウザーの保存データを消すと、登録し直しになります。
          </Banner>
          <EditForm
            mode="new"
            initial={{ name: '' }}
            schema={registerTerminal.input}
            submitLabel="このブラウザーを登録する"
            onSubmit={(values, { requestId }) => send(registerTerminal, values, requestId)}
            onSaved={() => done('このブラウザーを登録しました')}
            cancel={cancel}
          >
            {({ Field }) => (
              <FieldGroup legend="端末">
                <Field
                  name="name"
                  kind={Text}
                  hint="例：市民課 2番窓口。どの端末かが分かる名称にします"
                  required
                />
              </FieldGroup>
            )}
          </EditForm>
        </>
      )}
    </Act>
  )
}

const LoginId = textWith({ width: 'narrow' })

/** Names a colleague, for a time. */
export function NewHolderPage(): ReactNode {
  return (
    <Act title="個人番号利用事務実施者の指定" needs={assignMyNumberHolder} changes={listMyNumberHolders}>
      {(done, cancel) => (
        <EditForm
          mode="new"
          initial={{ loginId: '', untilOn: null as PlainDate | null }}
          schema={assignMyNumberHolder.input}
          submitLabel="指定する"
          onSubmit={({ loginId, untilOn }, { requestId }) =>
            // The form asks for the day before it sends; an empty one is the server's to refuse.
            send(assignMyNumberHolder, { loginId: loginId.trim(), untilOn: untilOn ?? '' }, requestId)
          }
          onSaved={() => done('個人番号利用事務実施者を指定しました')}
          cancel={cancel}
        >
          {({ Field }) => (
            <FieldGroup legend="指定する職員">
              <p>
                今日から終了日まで、登録した端末で個人番号を1人ずつ表示できます。表示は事務の種類とともに記録されます。
              </p>
              <Field name="loginId" kind={LoginId} hint="その職員がログインに使うIDです" required />
              <Field
                name="untilOn"
                kind={WarekiDate}
                hint="今日から1年以内。異動や年度末に合わせ、必要な期間だけにします"
                required
              />
            </FieldGroup>
          )}
        </EditForm>
      )}
    </Act>
  )
}
