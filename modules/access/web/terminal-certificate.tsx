import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { saveFile } from '@open-bcl/ui/save-file.ts'
import type { enrolTerminal } from '../terminals.contract.ts'

export type Given = OutputOf<typeof enrolTerminal>

const How = radioOf(
  [
    {
      value: 'file',
      label: '鍵と証明書のファイル（PKCS #12）を作る',
      hint: 'パスワードを1度だけ表示します。Windows・macOSとブラウザーに取り込めます',
    },
    {
      value: 'request',
      label: '端末で作った証明書の要求（CSR）を使う',
      hint: '鍵が端末の外に出ません。機器管理のしくみがある団体向けです',
    },
  ] as const,
  'column',
)
type How = 'file' | 'request'

/** How the certificate comes to the terminal; what is sent is the request, or `null` for a file. */
export function useHow(): { readonly requestPem: string | null; readonly fields: ReactNode } {
  const [how, setHow] = useState<How | null>('file')
  const [pem, setPem] = useState('')
  return {
    requestPem: how === 'request' ? pem : null,
    fields: (
      <>
        <LooseField name="how" label="証明書の渡し方" kind={How} value={how} onChange={setHow} required />
        {how === 'request' && (
          <LooseField
            name="requestPem"
            label="証明書の要求（CSR）"
            kind={TextArea}
            hint="楕円曲線 P-256。-----BEGIN CERTIFICATE REQUEST----- から -----END CERTIFICATE REQUEST----- まで"
            value={pem}
            onChange={setPem}
            required
          />
        )}
      </>
    ),
  }
}

/** What was made, on the one page that ever shows it. */
export function GivenCertificate({ given }: { given: Given }): ReactNode {
  const { name, origin, validUntil, file, certificatePem } = given
  const save = (bytes: Uint8Array<ArrayBuffer>, type: string, ending: string): void =>
    saveFile({ blob: new Blob([bytes], { type }), fileName: `${name}.${ending}` })
  return (
    <Section title={`端末証明書：${name}`}>
      {file !== null && (
        <>
          <Banner tone="success" title={`ファイルのパスワード：${file.password}`} announce>
            ファイルもパスワードも、この画面を離れると、もう取り出せません。パスワードは、ファイルとは別の方法で端末へ伝えてください。
          </Banner>
          <p className="button-row">
            <Button
              look="solid"
              onClick={() =>
                save(
                  Uint8Array.from(atob(file.base64), (c) => c.charCodeAt(0)),
                  'application/x-pkcs12',
                  'p12',
                )
              }
            >
              鍵と証明書のファイルを保存
            </Button>
          </p>
        </>
      )}
      {certificatePem !== null && (
        <>
          <Banner tone="success" title="端末証明書を発行しました" announce>
            この画面を離れると、もう取り出せません。要求を作った端末に取り込んでください。
          </Banner>
          <p className="button-row">
            <Button
              look="solid"
              onClick={() => save(new TextEncoder().encode(certificatePem), 'application/x-pem-file', 'pem')}
            >
              証明書を保存
            </Button>
          </p>
        </>
      )}
      <DescriptionList
        items={[
          { term: '有効期限', value: instantText(validUntil) },
          { term: '端末で開くアドレス', value: <code>{origin}</code> },
        ]}
      />
      <ol>
        <li>
          ファイルを端末へ運び、端末の「個人」の証明書に取り込みます。鍵は「エクスポート不可」にします。
        </li>
        <li>運んだファイルを、途中の媒体も含めて消します。</li>
        <li>
          端末のブラウザーで上のアドレスを開き、この端末の証明書を選んでログインします。一覧の状態が「登録中」になれば終わりです。
        </li>
      </ol>
    </Section>
  )
}
