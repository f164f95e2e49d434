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
import { askResend, endLink, getGate, listLinkFiles, pauseLink } from '../linkage.contract.ts'

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

/** 連携の終了: the way out of a link that will not come back. */
export function EndPage(): ReactNode {
  return (
    <ActOn act="連携の終了" needs={endLink}>
      {(business, done, cancel) => (
        <>
          <Banner tone="warning" title="この業務を使う住民票・印鑑・税の証明は、交付できなくなります">
            <ul style={{ paddingInlineStart: '1.25em' }}>
              <li>
                連携APをもう使わないとき（参加パターンBへの切替え、連携APの故障など）だけ行います。以後は「手作業取込」で取り込みます。手作業のデータは、被災者台帳と罹災・被災の証明に使えます。
              </li>
              <li>
                連携APがファイルを送ってきても取り込みません。使わなくなった連携APは、「連携状況」の「連携AP」で登録を取り消してください。元に戻すには「連携を再開する」を押し、連携APから全件のファイルを送ります。
              </li>
              <li>
                支援措置対象者も連携APから届かなくなるときは、支援措置対象者の連携も終え、最新の一覧を先に取り込んでください。
              </li>
            </ul>
          </Banner>
          <EditForm
            mode="new"
            initial={{ business, reason: '' }}
            schema={endLink.input}
            submitLabel="連携を終えて手作業に切り替える"
            onSubmit={(values, { requestId }) => send(endLink, values, requestId)}
            onSaved={() => done('手作業の取込に切り替えました')}
            cancel={cancel}
          >
            {({ Field }) => (
              <FieldGroup legend="連携を終える理由">
                <Field name="reason" kind={Text} hint="例：参加パターンBに切り替えたため" required />
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
