import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { q } from '@open-bcl/ui/api.ts'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Stepper } from '@open-bcl/ui/layout/Stepper.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { fileInterfaces, type Business } from '../../interfaces/interfaces.columns.ts'
import { listManualBusinesses, openUpload } from '../manual.contract.ts'
import type { Plan } from '../manual.plan.ts'
import { FileStep } from './FileStep.tsx'
import { SuppressionsFirst } from './ManualPage.tsx'
import { businessOf, type Mode, type Reading } from './manual-text.ts'
import { MappingStep } from './MappingStep.tsx'
import { RunStep } from './RunStep.tsx'

const steps = ['ファイルを選ぶ', '読み方を確かめる', '試行する', '取り込む']

/** Where the clerk is: what was answered so far is what decides. */
type Stage =
  | { readonly at: 'file' }
  | {
      readonly at: 'mapping'
      readonly reading: Reading
      readonly uploadId: string
      readonly plan: Plan
      readonly mode: Mode | null
    }
  | {
      readonly at: 'try' | 'load'
      readonly reading: Reading
      readonly uploadId: string
      readonly plan: Plan
      readonly mode: Mode
      readonly runId: string
    }

/** One file by hand, from choosing it to what it changed. */
export function LoadPage(): ReactNode {
  const business = businessOf(usePathParam('business'))
  return business === null ? <UnknownBusiness /> : <Load business={business} key={business} />
}

function UnknownBusiness(): ReactNode {
  return (
    <Page title="手作業取込">
      <Banner tone="warning" title="そのようなデータの種類はありません">
        <Link to="/manual">手作業取込</Link>から選び直してください。
      </Banner>
    </Page>
  )
}

function Load(props: { business: Business }): ReactNode {
  const { business } = props
  const { data } = useQuery(q(listManualBusinesses, {}))
  const [stage, setStage] = useState<Stage>({ at: 'file' })
  const title = `${fileInterfaces[business].title}の手作業取込`
  const again = (): void => setStage({ at: 'file' })
  const current = ['file', 'mapping', 'try', 'load'].indexOf(stage.at)
  return (
    <Page
      title={title}
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '手作業取込', to: '/manual' },
        { label: title },
      ]}
    >
      <Stepper label="手作業取込の手順" steps={steps} current={current} />
      {data && business !== 'suppressions' && stage.at !== 'load' && (
        <SuppressionsFirst state={data.suppressions} />
      )}
      <Allowed to={openUpload}>
        {stage.at === 'file' && (
          <FileStep
            business={business}
            onRead={(uploadId, reading) =>
              setStage({ at: 'mapping', uploadId, reading, plan: reading.plan, mode: null })
            }
          />
        )}
        {stage.at === 'mapping' && (
          <MappingStep
            uploadId={stage.uploadId}
            reading={stage.reading}
            plan={stage.plan}
            mode={stage.mode}
            onRead={(reading) => setStage({ ...stage, reading, plan: reading.plan })}
            onTry={(plan, mode, runId) => setStage({ ...stage, at: 'try', plan, mode, runId })}
            onAnother={again}
          />
        )}
        {(stage.at === 'try' || stage.at === 'load') && (
          <RunStep
            key={stage.runId}
            business={business}
            uploadId={stage.uploadId}
            runId={stage.runId}
            plan={stage.plan}
            mode={stage.mode}
            suppressionsKnown={business === 'suppressions' || data?.suppressions !== 'unknown'}
            onBack={() => setStage({ ...stage, at: 'mapping' })}
            onLoad={(runId) => setStage({ ...stage, at: 'load', runId })}
            onAnother={again}
          />
        )}
      </Allowed>
    </Page>
  )
}
