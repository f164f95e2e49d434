import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inJapan, printable, type AgentView } from './view.ts'

export async function listenStatusPage(
  view: () => AgentView,
  port: number,
  host: string,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => answer(view, request, response))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const { port: taken } = server.address() as AddressInfo
  return {
    url: `http://${host}:${taken}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function answer(view: () => AgentView, request: IncomingMessage, response: ServerResponse): void {
  const headers = {
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; style-src 'self'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
  }
  const send = (status: number, type: string, body: string): void => {
    response.writeHead(status, { ...headers, 'content-type': `${type}; charset=utf-8` }).end(body)
  }
  switch ((request.url ?? '').replace(/\?.*$/, '')) {
    case '/healthz':
      return send(200, 'application/json', JSON.stringify({ program: 'agent', alive: true }))
    case '/readyz': {
      const { checks } = view()
      const ready = checks.every((check) => check.ok)
      return send(ready ? 200 : 503, 'application/json', JSON.stringify({ program: 'agent', ready, checks }))
    }
    case '/status.json':
      return send(200, 'application/json', JSON.stringify(view()))
    case '/style.css':
      return send(200, 'text/css', style)
    case '/':
      return send(200, 'text/html', page(view()))
    default:
      return send(404, 'text/plain', '見つかりません\n')
  }
}

function page(view: AgentView): string {
  const rows = view.businesses.map(
    ({ title, nextFileNo, waiting, held, last, refusedAt, badRows, reconciliation, mirrored }) => `<tr>
<th scope="row">${escapeHtml(title)}</th>
<td>${last ? `${last.fileNo}（${inJapan(last.at)}）` : 'なし'}</td>
<td>${nextFileNo ?? '未確認'}</td>
<td>${waiting}件${held ? `<br>${escapeHtml(held)}` : ''}</td>
<td>${badRows.count > 0 ? `誤りの行 ${badRows.count}` : ''}${refusedAt ? `<br>取り込まれなかったファイル（${inJapan(refusedAt)}）` : ''}</td>
<td>${
      reconciliation
        ? `${reconciliation.agrees ? '一致' : `不一致（庁内${reconciliation.ours}行、BCL${reconciliation.theirs}行）`}（${inJapan(reconciliation.at)}、通番${reconciliation.fileNo}）`
        : mirrored
          ? '未実施'
          : last
            ? '次の全件ファイルから'
            : ''
    }</td></tr>`,
  )
  const problems = view.troubles.map(
    ({ level, text }) =>
      `<p class="${level}" role="${level === 'failure' ? 'alert' : 'status'}">${level === 'failure' ? '異常' : '注意'}: ${escapeHtml(text)}</p>`,
  )
  const unfinished =
    view.unfinished.length === 0
      ? ''
      : `<h2>そろっていないファイル</h2>
<ul>${view.unfinished.map(({ name, why }) => `<li>${escapeHtml(name)}: ${escapeHtml(why)}</li>`).join('')}</ul>`
  const bad = view.businesses.flatMap(({ title, badRows: { count, rows: open } }) => [
    ...open.map(
      ({ fileNo, line, items, since }) =>
        `<tr><th scope="row">${escapeHtml(title)}</th><td>${fileNo}</td><td>${line}</td><td>${escapeHtml(items)}</td><td>${inJapan(since)}</td></tr>`,
    ),
    ...(count > open.length
      ? [
          `<tr><th scope="row">${escapeHtml(title)}</th><td colspan="4">ほか${count - open.length}行</td></tr>`,
        ]
      : []),
  ])
  const badTable =
    bad.length === 0
      ? ''
      : `<table>
<caption>誤りのため取り込まれていない行（正しい行が取り込まれると消えます）</caption>
<thead><tr><th scope="col">業務</th><th scope="col">通番</th><th scope="col">行</th><th scope="col">項目</th><th scope="col">いつから</th></tr></thead>
<tbody>
${bad.join('\n')}
</tbody>
</table>
`
  const verification = view.mode === 'verification'
  return `<!doctype html>
<html lang="ja">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="10">
<title>${verification ? '【検証】' : ''}連携AP ${escapeHtml(view.municipalityCode)}</title>
<link rel="stylesheet" href="/style.css">
<main${verification ? ' class="verification"' : ''}>
${verification ? '<p class="mode">検証モードです。送ったデータは確かめるだけで、取り込まれません。</p>' : ''}
<h1>連携AP（団体コード ${escapeHtml(view.municipalityCode)}）</h1>
${problems.join('\n')}
<dl>
<dt>送信</dt><dd>${escapeHtml(view.sending)}</dd>
<dt>接続先との最後の通信</dt><dd>${view.lastContactAt === null ? 'まだありません' : inJapan(view.lastContactAt)}</dd>
<dt>証明書の期限</dt><dd>${inJapan(view.certificateValidUntil)}</dd>
${view.checks.map(({ name, ok }) => `<dt>${escapeHtml(name)}</dt><dd>${ok ? '正常' : '異常'}</dd>`).join('\n')}
</dl>
<table>
<caption>業務ごとの状況</caption>
<thead><tr><th scope="col">業務</th><th scope="col">取込済みの通番</th><th scope="col">次の通番</th><th scope="col">送信待ち</th><th scope="col">誤り</th><th scope="col">突合</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
${badTable}${unfinished}
</main>
</html>
`
}

function escapeHtml(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

const style = `
body { margin: 0; font-family: "Noto Sans JP", "Hiragino Sans", sans-serif; line-height: 1.7; color: #1a1a1a; background: #fff }
main { max-width: 72rem; margin: 0 auto; padding: 1rem }
.failure { padding: .5rem 1rem; border: 2px solid #ce0000; background: #fdeeee; font-weight: bold }
.warning { padding: .5rem 1rem; border: 2px solid #927200; background: #fbf5e0 }
.verification { border: .5rem dashed #0017c1 }
.mode { padding: .5rem 1rem; background: #0017c1; color: #fff; font-weight: bold }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.5rem }
dt { font-weight: bold }
dd { margin: 0 }
table { border-collapse: collapse; width: 100% }
caption { text-align: left; font-weight: bold; padding: .5rem 0 }
th, td { border: 1px solid #767676; padding: .4rem .6rem; text-align: left; vertical-align: top; overflow-wrap: anywhere }
`
