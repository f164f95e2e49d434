import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { textWith } from '@open-bcl/ui/fields/Text.tsx'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { getMunicipalitySettings } from '../../municipalities/municipalities.contract.ts'
import { revealMyNumber } from '../my-numbers.contract.ts'
import { MyNumberReveal } from './MyNumberReveal.tsx'

const Digits = textWith({ width: 'narrow', inputMode: 'numeric' })

/** 個人番号 by 宛名番号, for those who may see it and have no business with the rest of a person's record. */
export function MyNumberPage(): ReactNode {
  const [typed, setTyped] = useState('')
  const { data } = useQuery(q(getMunicipalitySettings, {}))
  const residentNo = typed.normalize('NFKC').replace(/\s/g, '')
  return (
    <Page
      title="個人番号の照会"
      width="narrow"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '個人番号の照会' }]}
      lead="宛名番号を指定して、一人ずつ表示します。氏名や個人番号で探すことはできません。"
    >
      <Allowed to={revealMyNumber}>
        {data?.keepsMyNumber === false && (
          <Banner tone="information" title="この団体は、今日の時点では個人番号を扱っていません">
            表示はできません。扱う場合は、システム管理者が「団体の設定」の「個人番号の保有」を変更します。
          </Banner>
        )}
        <Section title="表示する人と事務">
          <MyNumberReveal residentNo={residentNo}>
            <LooseField
              name="residentNo"
              label="宛名番号"
              kind={Digits}
              hint="15桁までの数字。ほかの人のものと取り違えないよう、業務システムで確かめてください"
              required
              value={typed}
              onChange={setTyped}
            />
          </MyNumberReveal>
        </Section>
      </Allowed>
    </Page>
  )
}
