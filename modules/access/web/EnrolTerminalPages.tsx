import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { Endpoint } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { SendForm } from '@open-bcl/ui/layout/SendForm.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { terminalClasses, terminalClassNames, type TerminalClass } from '../terminal-classes.ts'
import { enrolTerminal, listTerminals, renewTerminal } from '../terminals.contract.ts'
import { GivenCertificate, useHow, type Given } from './terminal-certificate.tsx'

const back = (
  <Link to="/terminals" className="button">
    一覧へ戻る
  </Link>
)

function Frame(props: {
  title: string
  needs: Pick<Endpoint, 'permission' | 'title'>
  given: Given | null
  children: ReactNode
}): ReactNode {
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
        {props.given === null ? (
          props.children
        ) : (
          <>
            <GivenCertificate given={props.given} />
            <p className="button-row">{back}</p>
          </>
        )}
      </Allowed>
    </Page>
  )
}

const Class = radioOf(
  terminalClassNames.map((value) => ({
    value,
    label: terminalClasses[value].ja,
    hint: terminalClasses[value].hint,
  })),
  'column',
)

/** A new terminal, from any desk: the certificate is carried to it. */
export function EnrolTerminalPage(): ReactNode {
  const [given, setGiven] = useState<Given | null>(null)
  const [name, setName] = useState('')
  const [terminalClass, setClass] = useState<TerminalClass | null>('lgwan')
  const { requestPem, fields } = useHow()
  const sending = useSend(enrolTerminal, { invalidates: [listTerminals], onDone: setGiven })
  return (
    <Frame title="端末の登録" needs={enrolTerminal} given={given}>
      <Section title="登録する端末">
        <SendForm
          sending={sending}
          label="登録して証明書を発行する"
          onSend={() => sending.start({ name, terminalClass: terminalClass ?? 'lgwan', requestPem })}
          beside={back}
        >
          <LooseField
            name="name"
            label="端末の名称"
            kind={Text}
            hint="例：市民課 2番窓口。どの端末かが分かる名称にします"
            value={name}
            onChange={setName}
            required
          />
          <LooseField
            name="terminalClass"
            label="端末の種類"
            kind={Class}
            value={terminalClass}
            onChange={setClass}
            required
          />
          {fields}
        </SendForm>
      </Section>
    </Frame>
  )
}

/** The next certificate of a terminal that has one. */
export function RenewTerminalPage(): ReactNode {
  const terminalId = usePathParam('terminalId')
  const { data, error } = useQuery(q(listTerminals, {}))
  const [given, setGiven] = useState<Given | null>(null)
  const { requestPem, fields } = useHow()
  const sending = useSend(renewTerminal, { invalidates: [listTerminals], onDone: setGiven })
  const terminal = data?.terminals.find((one) => one.terminalId === terminalId)
  return (
    <Frame title="端末証明書の更新" needs={renewTerminal} given={given}>
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data && !terminal && <p>その端末はありません。</p>}
      {terminal && (
        <Section title={terminal.name}>
          <p>
            今の証明書は、新しい証明書を端末で初めて使うまで使えます。使い始めると、今の証明書は使えなくなります。
          </p>
          <SendForm
            sending={sending}
            label="新しい証明書を発行する"
            onSend={() => sending.start({ terminalId, requestPem })}
            beside={back}
          >
            {fields}
          </SendForm>
        </Section>
      )}
    </Frame>
  )
}
