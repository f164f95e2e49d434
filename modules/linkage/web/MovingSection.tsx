import type { ReactNode } from 'react'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import type { LinkBusinessState, LinkInbound } from '../linkage.contract.ts'

/** Files on their way, with how far each has come. The work goes on whoever looks. */
export function MovingSection(props: { businesses: readonly LinkBusinessState[] }): ReactNode {
  const moving = props.businesses.flatMap(({ business, title, inbound }) =>
    inbound
      .filter(({ state }) => state !== 'held')
      .map((file) => ({ key: `${business} ${file.fileNo}`, name: `${title} ${file.fileNo}番`, file })),
  )
  if (moving.length === 0) return null
  return (
    <Section title="いま届いているファイル">
      {moving.map(({ key, name, file }) => (
        <Moving key={key} name={name} file={file} />
      ))}
      <p className="quiet small">この画面を離れても続きます。あとで開き直すと、続きを確かめられます。</p>
    </Section>
  )
}

export function Moving(props: { name: string; file: LinkInbound }): ReactNode {
  const { name, file } = props
  switch (file.state) {
    case 'receiving':
      return (
        <Progress
          label={`${name}を受信しています`}
          done={Math.floor(file.receivedBytes / 1000)}
          total={Math.ceil(file.bytes / 1000)}
          unit="kB"
        />
      )
    case 'applying':
      return <Progress label={`${name}を取り込んでいます`} done={file.rowsDone} total={file.rows} unit="行" />
    case 'waiting':
      return <p>{`${name}は受信が終わり、順番を待っています（${grouped(file.rows)}行）。`}</p>
    case 'held':
      return (
        <p>
          {file.heldFor === 'paused'
            ? `${name}は、取込を止めているため待っています。`
            : `${name}は、前の番号のファイルを待っています。`}
        </p>
      )
  }
}
