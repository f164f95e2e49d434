import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { send } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { FieldGroup, Section } from '@open-bcl/ui/layout/Section.tsx'
import { createEnrolmentCode, listAgents } from '../linkage.contract.ts'

const title = '連携APの登録コードの発行'

/** A code for one new 連携AP, shown once. */
export function NewAgentPage(): ReactNode {
  const queries = useQueryClient()
  const [made, setMade] = useState<OutputOf<typeof createEnrolmentCode> | null>(null)
  return (
    <Page
      title={title}
      width="narrow"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '連携状況', to: '/linkage' }, { label: title }]}
    >
      {made === null ? (
        <Allowed to={createEnrolmentCode}>
          <EditForm
            mode="new"
            initial={{ agentName: '' }}
            schema={createEnrolmentCode.input}
            submitLabel="登録コードを発行"
            onSubmit={(values, { requestId }) => send(createEnrolmentCode, values, requestId)}
            onSaved={(answer) => {
              setMade(answer)
              void queries.invalidateQueries({ queryKey: [listAgents.name] })
            }}
            cancel={
              <Link to="/linkage" className="button">
                やめる
              </Link>
            }
          >
            {({ Field }) => (
              <FieldGroup legend="連携AP">
                <Field name="agentName" kind={Text} hint="例：本庁舎 住民記録サーバ" required />
              </FieldGroup>
            )}
          </EditForm>
        </Allowed>
      ) : (
        <Section title="登録コード">
          <Banner tone="success" title="役場のサーバで、この行をそのまま入力してください" announce>
            <p>
              <code className="command">{`open-bcl-agent enrol ${made.code}`}</code>
            </p>
            <p>
              {instantText(made.expiresAt)}まで、一度だけ使えます。この画面を離れると、もう表示できません。
            </p>
          </Banner>
          <DescriptionList items={[{ term: '登録コード', value: <code>{made.code}</code> }]} />
          <p>
            連携APをまだ入れていないときは、先に連携APの手引きに従って入れてください。登録が済むと、連携状況の「連携AP」に名称が出ます。
          </p>
          <p>
            <Link to="/linkage">連携状況へ</Link>
          </p>
        </Section>
      )}
    </Page>
  )
}
