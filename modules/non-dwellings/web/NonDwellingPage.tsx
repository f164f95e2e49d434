import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useId, useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { q, send } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { useToday } from '@open-bcl/ui/use-today.ts'
import { putFilePiece } from '../../files/files.contract.ts'
import { PIECE_BYTES } from '../../files/files.ts'
import { useArrangedTerms } from '../../ledger/web/published/item-names.tsx'
import {
  addNonDwellingPhoto,
  changeNonDwelling,
  getNonDwelling,
  getNonDwellingPhoto,
  listNonDwellings,
  recordFinding,
  reportNonDwelling,
} from '../non-dwellings.contract.ts'
import { damageWords, nonDwellingKinds, ownerKinds, type DamageWord } from '../non-dwellings.ts'
import { History } from './History.tsx'
import { ProtectedWords } from './ProtectedWords.tsx'
import { resultText } from './property-text.ts'

type Answer = OutputOf<typeof getNonDwelling>

/** One damaged thing: what it is, whose, photos, what was found, and its 被災届出. */
export function NonDwellingPage(): ReactNode {
  const nonDwellingId = usePathParam('nonDwellingId')
  const { data, error } = useQuery(q(getNonDwelling, { nonDwellingId }))
  const can = useCan()
  return (
    <Page
      title={data ? labelOf(nonDwellingKinds, data.property.kind) : '被災非住家'}
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '被災非住家管理', to: '/non-dwellings' },
        { label: '照会' },
      ]}
      actions={
        can(changeNonDwelling).allowed && (
          <Link to="/non-dwellings/$nonDwellingId/change" params={{ nonDwellingId }} className="button">
            記載を直す
          </Link>
        )
      }
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data && <Property key={nonDwellingId} data={data} />}
    </Page>
  )
}

function Property(props: { data: Answer }): ReactNode {
  const { property, findings } = props.data
  const arrange = useArrangedTerms('non-dwellings')
  const { words, suppressed } = property
  const or = (text: string): string => (suppressed ? '支援措置のため非表示' : text || '（記載なし）')
  return (
    <>
      {suppressed && (
        <Banner tone="suppression" title="支援措置対象者：所在に関わる情報と写真は表示されません">
          <ProtectedWords nonDwellingId={property.nonDwellingId} />
        </Banner>
      )}
      <DescriptionList
        items={arrange([
          { term: '物件', value: or(words.name) },
          { term: '被災場所', value: or(words.place) },
          {
            term: '所有者',
            value: (
              <>
                {words.ownerName}（{labelOf(ownerKinds, property.ownerKind)}）{'　'}
                <Link to="/ledger/$personRef" params={{ personRef: property.personRef }}>
                  被災者台帳を開く
                </Link>
              </>
            ),
          },
          { item: 'corporateNo', term: '法人番号', value: words.corporateNo || '（記載なし）' },
          { item: 'ownerAddress', term: '所有者の住所・所在地', value: or(words.ownerAddress) },
          { item: 'phone', term: '電話番号', value: or(words.phone) },
          { item: 'note', term: '備考', value: or(words.note) },
          { term: '被害', value: resultText(property.result) },
        ])}
      />
      <Photos data={props.data} />
      <Section title="被害の記録">
        {findings.length === 0 ? (
          <p className="quiet">まだ記録がありません。</p>
        ) : (
          <ul>
            {findings.map((one) => (
              <li key={`${one.at}${one.seenOn}`}>
                {resultText(one.result)}　確認日：
                <WarekiDate.Output value={one.seenOn as PlainDate} />　{one.note ?? '（所見は非表示）'}（
                {instantText(one.at)}　{one.by}）
              </li>
            ))}
          </ul>
        )}
        <Find property={property} />
      </Section>
      <Report property={property} />
      <History data={props.data} />
    </>
  )
}

function useAgain(): () => void {
  const queries = useQueryClient()
  return () => {
    for (const { name } of [getNonDwelling, listNonDwellings])
      void queries.invalidateQueries({ queryKey: [name] })
  }
}

function Photos(props: { data: Answer }): ReactNode {
  const { property, photos } = props.data
  const can = useCan()
  return (
    <Section title="写真">
      {photos.length === 0 && !property.suppressed && <p className="quiet">写真はまだありません。</p>}
      <ul className="button-row" style={{ listStyle: 'none', padding: 0 }}>
        {photos.map((photo, i) => (
          <li key={photo.photoId} style={{ maxInlineSize: '100%' }}>
            <a
              href={getNonDwellingPhoto.path.replace(':photoId', photo.photoId)}
              target="_blank"
              rel="noreferrer"
            >
              <img
                src={`data:image/jpeg;base64,${photo.small}`}
                alt={`写真${i + 1}（${instantText(photo.at)}　${photo.by}）`}
                style={{ maxInlineSize: '100%' }}
              />
            </a>
          </li>
        ))}
      </ul>
      {can(addNonDwellingPhoto).allowed && <AddPhotos nonDwellingId={property.nonDwellingId} />}
    </Section>
  )
}

/** Each file by itself: one that is refused does not hold up the others. */
function AddPhotos(props: { nonDwellingId: string }): ReactNode {
  const id = useId()
  const again = useAgain()
  const toast = useToast()
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState<readonly { readonly name: string; readonly error: unknown }[]>([])
  const add = async (files: readonly File[]): Promise<void> => {
    setBusy(true)
    const refused = []
    for (const file of files) {
      try {
        await sendPhoto(props.nonDwellingId, file)
      } catch (error) {
        refused.push({ name: file.name, error })
      }
    }
    setFailed(refused)
    setBusy(false)
    if (files.length > refused.length) toast(`写真を${files.length - refused.length}枚登録しました`)
    again()
  }
  return (
    <div className="field">
      <label htmlFor={id}>写真を加える（JPEG・PNG・WebP、何枚でも）</label>
      <input
        id={id}
        type="file"
        accept="image/jpeg,image/png,image/webp"
        multiple
        disabled={busy}
        onChange={(event) => {
          const files = [...(event.target.files ?? [])]
          event.target.value = ''
          void add(files)
        }}
      />
      {busy && <Progress label="写真を送っています" />}
      {failed.map(({ name, error }) => (
        <div key={name}>
          <p>{name}</p>
          <ErrorSummary error={error} />
        </div>
      ))}
    </div>
  )
}

async function sendPhoto(nonDwellingId: string, file: File): Promise<void> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  const [photoId, uploadId] = [uuidv7(), uuidv7()]
  const photo = { nonDwellingId, photoId, fileName: file.name }
  if (bytes.length <= PIECE_BYTES) {
    await send(addNonDwellingPhoto, { ...photo, picture: { base64: base64Of(bytes) } })
    return
  }
  for (let offset = 0; offset < bytes.length; offset += PIECE_BYTES) {
    const base64 = base64Of(bytes.subarray(offset, offset + PIECE_BYTES))
    await send(putFilePiece, { uploadId, bytes: bytes.length, offset, base64 })
  }
  await send(addNonDwellingPhoto, { ...photo, picture: { uploadId } })
}

function base64Of(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000))
  return btoa(text)
}

const Damage = selectOf(damageWords)

function Find(props: { property: Answer['property'] }): ReactNode {
  const { nonDwellingId, version } = props.property
  const can = useCan()
  const today = useToday()
  const toast = useToast()
  const again = useAgain()
  const [round, setRound] = useState(0)
  if (!can(recordFinding).allowed) return null
  type Values = {
    readonly result: DamageWord | null
    readonly seenOn: PlainDate | null
    readonly note: string
  }
  const initial: Values = { result: null, seenOn: today, note: '' }
  return (
    <EditForm
      key={round}
      mode="new"
      initial={initial}
      schema={recordFinding.input}
      submitLabel="被害を記録する"
      onSubmit={({ result, seenOn, note }, { requestId }) =>
        send(
          recordFinding,
          { nonDwellingId, version, result: result!, seenOn: seenOn ?? '', note },
          requestId,
        )
      }
      onSaved={() => {
        toast('被害を記録しました')
        setRound(round + 1)
        again()
      }}
    >
      {({ Field }) => (
        <>
          <Field name="result" kind={Damage} required />
          <Field name="seenOn" kind={WarekiDate} required />
          <Field name="note" kind={TextArea} hint="例：写真3枚で確認。屋根の半分が落ちた" required />
        </>
      )}
    </EditForm>
  )
}

function Report(props: { property: Answer['property'] }): ReactNode {
  const { nonDwellingId, version, reportId } = props.property
  const can = useCan()
  const today = useToday()
  const navigate = useNavigate()
  const toast = useToast()
  const again = useAgain()
  if (reportId !== null)
    return (
      <Section title="被災届出・被災証明書">
        <p>
          <Link to="/hisai/reports/$reportId" params={{ reportId }}>
            被災届出を開く（受理、被災証明書の交付）
          </Link>
        </p>
      </Section>
    )
  if (!can(reportNonDwelling).allowed) return null
  type Values = { readonly notifiedOn: PlainDate | null; readonly damageText: string }
  const initial: Values = { notifiedOn: today, damageText: '' }
  return (
    <Section title="被災届出・被災証明書">
      <EditForm
        mode="new"
        initial={initial}
        schema={reportNonDwelling.input}
        submitLabel="被災届出を受け付ける"
        onSubmit={({ notifiedOn, damageText }, { requestId }) =>
          send(
            reportNonDwelling,
            { nonDwellingId, version, notifiedOn: notifiedOn ?? '', damageText },
            requestId,
          )
        }
        onSaved={({ reportId: made }) => {
          toast('届出を受け付けました。内容を確かめて受理してください')
          again()
          void navigate({ to: '/hisai/reports/$reportId', params: { reportId: made } as never })
        }}
      >
        {({ Field }) => (
          <>
            <Field name="notifiedOn" kind={WarekiDate} required />
            <Field
              name="damageText"
              kind={TextArea}
              hint="届け出た方の言葉で、300文字まで。証明書に印字します"
              required
            />
          </>
        )}
      </EditForm>
    </Section>
  )
}
