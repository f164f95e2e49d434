import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { Yen } from '@open-bcl/ui/fields/Yen.tsx'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { listCertifiable } from '../desk.contract.ts'
import { previewIssue } from '../preview.contract.ts'
import { ageText, channelOptions } from './certificate-text.ts'
import { chosenOf, fieldOf, type ChosenValues } from './ChoiceFields.tsx'
import { PaperWords } from './PaperWords.tsx'
import { PeopleSearch } from './PeopleSearch.tsx'

type Certifiable = OutputOf<typeof listCertifiable>
type Preview = OutputOf<typeof previewIssue>
type Channel = (typeof channelOptions)[number]['value']

const lead = 'いま交付すると何が印字されるかを、交付せずに確かめます。誰が、誰の情報を見たかは記録されます。'

/** 証明発行DB参照: whose paper is looked at. */
export function FindForPreviewPage(): ReactNode {
  return (
    <Page
      title="証明発行DB参照"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '証明発行DB参照' }]}
      lead={lead}
    >
      <PeopleSearch to="/certificates/preview/$residentNo" />
    </Page>
  )
}

export function PreviewPage(): ReactNode {
  const residentNo = usePathParam('residentNo')
  const { data, error } = useQuery({ ...q(listCertifiable, { residentNo }), staleTime: Infinity })
  const title = data ? `${data.person.name}の証明書` : '証明発行DB参照'
  return (
    <Page
      title={title}
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '証明発行DB参照', to: '/certificates/preview' },
        { label: title },
      ]}
      lead={lead}
    >
      <Allowed to={previewIssue}>
        {error && <ErrorSummary error={error} />}
        {!data && !error && <Progress label="読み込んでいます" />}
        {data && <Ask certifiable={data} />}
      </Allowed>
    </Page>
  )
}

/** One thing that can be looked at; a name that no kind and subject share. */
type Target = {
  readonly value: string
  readonly label: string
  readonly kind: Certifiable['kinds'][number]['kind']
  readonly subjectId: string
}

function targetsOf({ kinds }: Certifiable): Target[] {
  return kinds.flatMap(({ kind, ja, subjects }) =>
    subjects.map(({ subjectId, label }) => ({
      value: `${kind} ${subjectId}`,
      label: label === ja ? ja : `${ja}：${label}`,
      kind,
      subjectId,
    })),
  )
}

const Where = radioOf<Channel>(channelOptions)

function Ask({ certifiable }: { certifiable: Certifiable }): ReactNode {
  const targets = targetsOf(certifiable)
  const [target, setTarget] = useState<string | null>(targets[0]?.value ?? null)
  const [channel, setChannel] = useState<Channel>('counter')
  const chosen = targets.find((one) => one.value === target)
  if (targets.length === 0)
    return <Banner tone="information" title="この方について、交付できるものはありません" />
  const What = selectOf(targets)
  return (
    <>
      <Section title="確かめる証明書">
        <LooseField name="target" label="証明書" kind={What} value={target} onChange={setTarget} />
        <LooseField
          name="channel"
          label="交付場所"
          kind={Where}
          value={channel}
          onChange={(value) => setChannel(value ?? 'counter')}
        />
      </Section>
      {chosen && <Look key={`${chosen.value} ${channel}`} target={chosen} channel={channel} />}
    </>
  )
}

function Look({ target, channel }: { target: Target; channel: Channel }): ReactNode {
  const { kind, subjectId } = target
  const [typed, setTyped] = useState<ChosenValues>({})
  const [asked, setAsked] = useState<ChosenValues>({})
  const { data, error } = useQuery({
    ...q(previewIssue, { kind, subjectId, channel, choices: chosenOf(asked) }),
    // Every reading is recorded: not again when the window is looked at again.
    staleTime: Infinity,
    gcTime: 0,
    placeholderData: (kept) => kept,
  })
  if (error) return <ErrorSummary error={error} />
  if (!data) return <Progress label="紙面を組み立てています" />
  return (
    <>
      {data.offered.length > 0 && (
        <Section title="記載する内容">
          <form
            className="form-body"
            noValidate
            onSubmit={(event) => {
              event.preventDefault()
              setAsked(typed)
            }}
          >
            {data.offered.map((choice) => (
              <LooseField
                key={choice.name}
                name={choice.name}
                label={choice.ja}
                kind={fieldOf(choice)}
                value={(typed[choice.name] ?? choice.default) as unknown}
                onChange={(value) =>
                  setTyped((kept) => ({ ...kept, [choice.name]: value as ChosenValues[string] }))
                }
              />
            ))}
            <div>
              <Button type="submit">この内容で確かめる</Button>
            </div>
          </form>
        </Section>
      )}
      <Result preview={data} />
    </>
  )
}

type Difference = NonNullable<Preview['last']>['differences'][number]
const column = columnsOf<Difference>()
const columns = column.columns([
  column.accessor('item', { header: '項目' }),
  column.accessor('before', { header: '前に印刷した証明書', cell: (cell) => cell.getValue() || noValue }),
  column.accessor('now', { header: 'いま', cell: (cell) => cell.getValue() || noValue }),
])

function Result({ preview }: { preview: Preview }): ReactNode {
  const { obstacles, paper, last } = preview
  return (
    <>
      <Section title="交付できるか">
        {obstacles.length === 0 ? (
          <Banner tone="success" title="交付できます" announce />
        ) : (
          <Banner tone="warning" title="いまは交付できません" announce>
            <ul>
              {obstacles.map(({ code, words, reasons }) => (
                <li key={code}>
                  {`${words}（${code}）`}
                  {reasons.length > 0 && (
                    <ul>
                      {reasons.map((reason) => (
                        <li key={reason}>{reason}</li>
                      ))}
                    </ul>
                  )}
                </li>
              ))}
            </ul>
          </Banner>
        )}
        <DescriptionList
          items={[
            { term: '取込通番', value: preview.dataSeq },
            { term: 'データの古さ', value: ageText(preview.dataAgeSeconds) },
            ...(paper
              ? [
                  { term: '様式', value: `${paper.layout}（${paper.layoutVersion}）` },
                  { term: '手数料', value: Yen.toText(paper.feeYen) },
                ]
              : []),
          ]}
        />
      </Section>
      {last && (
        <Section title="前に印刷した証明書との違い">
          <p>
            {`${WarekiDate.toText(last.issuedOn as PlainDate)}に印刷（取込通番 ${last.dataSeq}、様式の版 ${last.layoutVersion}）　`}
            <Link
              to="/certificates/transactions/$transactionId"
              params={{ transactionId: last.transactionId }}
            >
              取引情報
            </Link>
          </p>
          <DataTable
            caption={`違い（${last.differences.length}件）`}
            columns={columns}
            rows={last.differences}
            rowKey={(row) => row.item + row.before + row.now}
            empty={<p>記載する内容に違いはありません。</p>}
          />
        </Section>
      )}
      {paper ? (
        <Section title="印字される文字">
          <p className="quiet">印字する順に並べています。「確認用」の印があり、証明書としては使えません。</p>
          <PaperWords pages={paper.pages} />
        </Section>
      ) : (
        <p>上の理由のため、紙面は表示しません。</p>
      )}
    </>
  )
}
