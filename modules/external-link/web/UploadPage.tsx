import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { q } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { getUpload } from '../external-link.contract.ts'
import { uploadModes } from '../external-link.ts'
import { crumbs } from './external-link-text.ts'
import { Receipt } from './Receipt.tsx'

/** One file of results, and what was wrong in it. */
export function UploadPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  const uploadNo = usePathParam('uploadNo')
  return (
    <Page title={`取込番号 ${uploadNo}`} crumbs={crumbs({ label: `取込番号 ${uploadNo}` })}>
      {disasterId === null ? <ChooseDisaster /> : <Loaded {...{ disasterId, uploadNo }} />}
    </Page>
  )
}

function Loaded(props: { disasterId: string; uploadNo: string }): ReactNode {
  const { data, error } = useQuery(q(getUpload, props))
  if (error) return <ErrorSummary error={error} />
  if (!data) return <Progress label="読み込んでいます" />
  return (
    <>
      <DescriptionList
        items={[
          { term: '日時', value: instantText(data.at) },
          { term: '送り元', value: data.by },
          { term: 'ファイルの扱い', value: labelOf(uploadModes, data.mode) },
        ]}
      />
      <Receipt receipt={data} />
    </>
  )
}
