import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { q } from '@open-bcl/ui/api.ts'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { getMunicipalitySettings } from '../../municipalities/municipalities.contract.ts'
import { revealMyNumber } from '../my-numbers.contract.ts'
import { MyNumberReveal } from './MyNumberReveal.tsx'

/** On the page of a person: their 個人番号. In a town that keeps none there is nothing to say. */
export function MyNumberSection(props: { residentNo: string }): ReactNode {
  const can = useCan()
  const { data } = useQuery({
    ...q(getMunicipalitySettings, {}),
    enabled: can(getMunicipalitySettings).allowed,
  })
  if (!data?.keepsMyNumber) return null
  return (
    <Section title="個人番号">
      {can(revealMyNumber).allowed ? (
        <MyNumberReveal residentNo={props.residentNo} />
      ) : (
        <p>
          表示できるのは、個人番号利用事務実施者に指定された職員だけです。あなたは指定されていません。必要なときは、システム管理者に指定を依頼してください。
        </p>
      )}
    </Section>
  )
}
