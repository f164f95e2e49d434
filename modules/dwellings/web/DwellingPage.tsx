import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { PointMap, type MapPlace } from '@open-bcl/ui/map/PointMap.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import {
  changeDwelling,
  getDwelling,
  listDwellingBlocks,
  positionDwelling,
  searchDwellings,
} from '../dwellings.contract.ts'
import { dwellingStates } from '../dwellings.ts'
import { addressText, houseKind, ownersText } from './dwelling-text.ts'

type Answer = OutputOf<typeof getDwelling>

/** One house: what is known of it, where it stands, who lived there. */
export function DwellingPage(): ReactNode {
  const dwellingId = usePathParam('dwellingId')
  const disasterId = useSelectedDisaster()
  const { data, error } = useQuery(q(getDwelling, { dwellingId, disasterId }))
  const can = useCan()
  return (
    <Page
      title={data ? addressText(data.dwelling) : '家屋'}
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '家屋（地図）', to: '/dwellings' },
        { label: '家屋の照会' },
      ]}
      actions={
        data &&
        can(changeDwelling).allowed && (
          <Link to="/dwellings/$dwellingId/change" params={{ dwellingId }} className="button">
            記載を直す
          </Link>
        )
      }
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data && <House data={data} disaster={disasterId !== null} />}
    </Page>
  )
}

function House(props: { data: Answer; disaster: boolean }): ReactNode {
  const { dwelling, households, difference, versions } = props.data
  return (
    <>
      {difference !== null && (
        <Banner
          tone="warning"
          title={
            difference === 'changed'
              ? '家屋課税台帳の記載が変わっています'
              : '家屋課税台帳から無くなっています'
          }
        >
          <Link to="/dwellings/differences">違いを確かめる</Link>
        </Banner>
      )}
      {dwelling.concealed && (
        <Banner tone="information" title="番地・位置・所有者は表示しません（支援措置）">
          <p>
            ここで分かるのは町字と建物の種類だけです。場所が要るときは、家屋課税台帳を扱う部署に物件番号を伝えて確かめてください。
          </p>
        </Banner>
      )}
      <DescriptionList
        items={[
          { term: '状態', value: <Badge>{labelOf(dwellingStates, dwelling.state)}</Badge> },
          { term: '構造・階数・用途', value: houseKind(dwelling) },
          {
            term: '延べ床面積',
            value: dwelling.floorArea === null ? '（記載なし）' : `${dwelling.floorArea} ㎡`,
          },
          {
            term: '所有者',
            value: dwelling.concealed ? '（非表示）' : ownersText(dwelling) || '（記載なし）',
          },
          {
            term: '家屋番号',
            value: dwelling.concealed ? '（非表示）' : dwelling.houseNumber || '（記載なし）',
          },
          { term: '物件番号', value: dwelling.propertyNo ?? '（台帳に無い家屋。職員が追加）' },
        ]}
      />
      <Section title="住んでいた世帯">
        {!props.disaster ? (
          <p className="quiet">画面の上で災害を選ぶと表示します。</p>
        ) : households.length === 0 ? (
          <p className="quiet">結び付いた世帯はありません。世帯の方の「被災者台帳」の画面で登録できます。</p>
        ) : (
          <ul>
            {households.map((one) => (
              <li key={one.personRef}>
                <Link to="/ledger/$personRef" params={{ personRef: one.personRef }}>
                  {one.name}
                </Link>
                （{one.size}人）{one.owns ? '' : '　所有者ではありません'}
              </li>
            ))}
          </ul>
        )}
      </Section>
      {!dwelling.concealed && <Position data={props.data} />}
      <Section title="これまでの記載">
        <ul>
          {versions.map((one) => (
            <li key={one.version}>
              {instantText(one.at)}　{one.by}
              {'　'}
              {one.reason || (one.source === 'register' ? '家屋課税台帳から取り込み' : '')}
            </li>
          ))}
        </ul>
      </Section>
    </>
  )
}

/** Where the house stands, and the way to say so: a click or the middle of the map, then a question. */
function Position(props: { data: Answer }): ReactNode {
  const { dwelling } = props.data
  const { dwellingId, version, position } = dwelling
  const can = useCan()
  const toast = useToast()
  const [place, setPlace] = useState<MapPlace | null>(null)
  const { data } = useQuery(q(listDwellingBlocks, {}))
  if (!data) return <Progress label="地図を読み込んでいます" />
  const block = data.blocks.find(({ blockCode }) => blockCode === dwelling.blockCode)
  const near =
    position ??
    (block && block.latitude !== null && block.longitude !== null
      ? { latitude: block.latitude, longitude: block.longitude }
      : null)
  const shown = place ?? position
  const { allowed } = can(positionDwelling)
  return (
    <Section title="位置">
      <p>
        {position === null
          ? '位置が決まっていません。地図の上で家屋のある所を選んでください。'
          : position.source === 'hand'
            ? `${position.by}さんが${instantText(position.at!)}に地図で決めました。`
            : '家屋課税台帳の座標です。'}
      </p>
      {allowed && place !== null && (
        <Banner tone="information" title="まだ保存していません" announce>
          <AskButton
            endpoint={positionDwelling}
            input={{ dwellingId, version, ...place }}
            invalidates={[getDwelling, searchDwellings]}
            label="この位置で保存する"
            question="この位置で保存しますか"
            confirm="保存する"
            onDone={() => {
              setPlace(null)
              toast('位置を保存しました')
            }}
          >
            <p>
              緯度 {place.latitude.toFixed(5)}、経度 {place.longitude.toFixed(5)}
            </p>
          </AskButton>
        </Banner>
      )}
      <PointMap
        key={`${dwellingId} ${near === null}`}
        label="家屋の位置の地図"
        outline={data.outline}
        credit={data.credit}
        marks={
          shown === null
            ? near === null
              ? []
              : [{ key: 'block', ...near, label: '町字の代表点', tone: 'square' as const }]
            : [
                {
                  ...{ key: 'house', latitude: shown.latitude, longitude: shown.longitude },
                  ...{ label: addressText(dwelling), tone: place === null ? 'filled' : 'alert' },
                } as const,
              ]
        }
        {...(allowed ? { onPlace: setPlace, placeLabel: '地図の中央を家屋の位置にする' } : {})}
      />
    </Section>
  )
}
