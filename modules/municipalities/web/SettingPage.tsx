import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { changeMunicipalitySetting, getMunicipalitySettings } from '../municipalities.contract.ts'
import { DataAgeLimitsForm, InterfaceDeadlinesForm, LinkHoursForm } from './link-setting-forms.tsx'
import {
  FeesForm,
  HoursForm,
  MayorForm,
  MyNumberForm,
  ParticipationForm,
  SealForm,
} from './setting-forms.tsx'
import { isSettingKey, settingLabels, type SettingKey } from './settings-text.ts'

/** Those of issuing alone are changed on the screens of `certificates`. */
const forms: Readonly<
  Partial<Record<SettingKey, (props: { settings: OutputOf<typeof getMunicipalitySettings> }) => ReactNode>>
> = {
  mayor: MayorForm,
  seal: SealForm,
  hours: HoursForm,
  fees: FeesForm,
  participation: ParticipationForm,
  'my-number': MyNumberForm,
  'link-hours': LinkHoursForm,
  'data-age-limits': DataAgeLimitsForm,
  'interface-deadlines': InterfaceDeadlinesForm,
}

/** One setting, changed from a day on. */
export function SettingPage(): ReactNode {
  const key = usePathParam('key')
  const { data, error } = useQuery(q(getMunicipalitySettings, {}))
  const known = isSettingKey(key) && forms[key] ? key : null
  const title = known === null ? 'その設定はありません' : `${settingLabels[known]}の変更`
  const Form = known === null ? undefined : forms[known]
  return (
    <Page
      title={title}
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '団体の設定', to: '/municipality' },
        { label: title },
      ]}
    >
      {error && <ErrorSummary error={error} />}
      {Form && !data && !error && <Progress label="読み込んでいます" />}
      {Form && data && (
        <Allowed to={changeMunicipalitySetting}>
          <Form settings={data} />
        </Allowed>
      )}
    </Page>
  )
}
