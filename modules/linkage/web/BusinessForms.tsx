import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Endpoint } from '@open-bcl/core/endpoint.ts'
import { send } from '@open-bcl/ui/api.ts'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { wholeNumberOf } from '@open-bcl/ui/fields/WholeNumber.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { FieldGroup } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { fileInterfaces, type Business } from '../../interfaces/interfaces.columns.ts'
import { askResend, getGate, listLinkFiles, pauseLink } from '../linkage.contract.ts'

const isBusiness = (name: string): name is Business => name in fileInterfaces

/** The page of one act on a business. */
function ActOn(props: {
  act: string
  needs: Pick<Endpoint, 'permission' | 'title'>
  children: (business: Business, done: (words: string) => void, cancel: ReactNode) => ReactNode
}): ReactNode {
  const name = usePathParam('business')
  const navigate = useNavigate()
  const queries = useQueryClient()
  const toast = useToast()
  const business = isBusiness(name) ? name : null
  const title = business === null ? 'その業務はありません' : `${fileInterfaces[business].title}の${props.act}`
  const back = { to: '/linkage/businesses/$business', params: { business: name } } as const
  return (
    <Page
      title={title}
      width="narrow"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '連携状況', to: '/linkage' }, { label: title }]}
    >
      {business !== null && (
        <Allowed to={props.needs}>
          {props.children(
            business,
            (words) => {
              toast(words)
              void queries.invalidateQueries({ queryKey: [listLinkFiles.name] })
              void queries.invalidateQueries({ queryKey: [getGate.name] })
              void navigate(back)
            },
            <Link {...back} className="button">
              やめる
            </Link>,
          )}
        </Allowed>
      )}
    </Page>
  )
}

/** 一時停止: nothing of the business is applied until somebody resumes it. */
export function PausePage(): ReactNode {
  return (
    <ActOn act="取込の一時停止" needs={pauseLink}>
      {(business, done, cancel) => (
        <>
          <Banner tone="warning" title="届いたファイルは、再開するまで取り込みません">
            連携APからの受信は続きます。停止が長くなると、この業務を使う証明書の交付が止まります。
          </Banner>
          <EditForm
            mode="new"
            initial={{ business, reason: '' }}
            schema={pauseLink.input}
            submitLabel="一時停止する"
            onSubmit={(values, { requestId }) => send(pauseLink, values, requestId)}
            onSaved={() => done('取込を一時停止しました')}
            cancel={cancel}
          >
            {({ Field }) => (
              <FieldGroup legend="一時停止の理由">
                <Field name="reason" kind={Text} hint="例：住民記録システムの更新作業のため" required />
              </FieldGroup>
            )}
          </EditForm>
        </>
      )}
    </ActOn>
  )
}

const FileNo = wholeNumberOf({ unit: '番', minimum: 1, maximum: 999_999_999 })

/** 再送の依頼: the agent hears of it when it next asks. */
export function ResendPage(): ReactNode {
  return (
    <ActOn act="再送の依頼" needs={askResend}>
      {(business, done, cancel) => (
        <>
          <Banner tone="information" title="連携APに、指定した番号からもう一度送るよう伝えます">
            連携APが次に連絡してきたときに伝わります。すでに反映した番号は、同じ内容なら二重に反映されません。
          </Banner>
          <EditForm
            mode="new"
            initial={{ business, fromFileNo: null as number | null }}
            schema={askResend.input}
            submitLabel="再送を依頼する"
            onSubmit={({ fromFileNo }, { requestId }) =>
              send(askResend, { business, fromFileNo: fromFileNo ?? 0 }, requestId)
            }
            onSaved={() => done('再送を依頼しました')}
            cancel={cancel}
          >
            {({ Field }) => (
              <FieldGroup legend="再送するファイル">
                <Field name="fromFileNo" kind={FileNo} label="この番号から" required />
              </FieldGroup>
            )}
          </EditForm>
        </>
      )}
    </ActOn>
  )
}
