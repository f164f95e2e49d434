import type { OutputOf, RawInputOf } from '@open-bcl/core/endpoint.ts'
import type { acknowledgeNotice, readNotice } from '../../announcements.contract.ts'

/**
 * The page behind the link in a mail of 周知: its words, and one button to say that it was read. The token stands behind
 * the `#`, which browsers send to nobody; opening the page alone says nothing yet, since mail programs open links.
 */
type Notice = OutputOf<typeof readNotice>

export async function startNotice(): Promise<void> {
  const token = location.hash.slice(1)
  const notice = await post<RawInputOf<typeof readNotice>, Notice>('/api/notices/read', { token })
  if ('words' in notice) {
    part('state').textContent = notice.words
    return
  }
  part('title').textContent = notice.title
  document.title = `${notice.title} - 証明書交付センター`
  part('body').textContent = notice.body
  part('contact').textContent = `宛先：${notice.contact}`
  part('content').hidden = false
  show(notice.acknowledged)
  part('answer').addEventListener('submit', (event) => {
    event.preventDefault()
    void answer(token)
  })
}

function show(acknowledged: Notice['acknowledged']): void {
  part('answer').hidden = acknowledged !== null
  part('state').textContent =
    acknowledged === null
      ? '内容を読み、確認した方を入力して「受け取りました」を押してください。'
      : `確認済みです（${acknowledged.by}、${new Date(acknowledged.at).toLocaleString('ja-JP', { timeZone: 'Asia/Tokyo' })}）。ありがとうございました。`
}

async function answer(token: string): Promise<void> {
  const field = part('by') as HTMLInputElement
  const by = field.value.trim()
  if (by === '') {
    refuse(field, '確認した方を入力してください')
    return
  }
  const given = await post<RawInputOf<typeof acknowledgeNotice>, OutputOf<typeof acknowledgeNotice>>(
    '/api/notices/acknowledge',
    { token, by },
  )
  if ('words' in given) refuse(field, given.words)
  else show(given.acknowledged)
}

function refuse(field: HTMLInputElement, words: string): void {
  const error = part('by-error')
  error.textContent = words
  error.hidden = false
  field.setAttribute('aria-invalid', 'true')
  field.focus()
}

async function post<Input, Answer>(path: string, body: Input): Promise<Answer | { readonly words: string }> {
  try {
    const answer = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (answer.ok) return (await answer.json()) as Answer
    const problem = (await answer.json().catch(() => null)) as { title?: string; detail?: string } | null
    if (answer.status === 422) return { words: 'メールのアドレスがそのまま開かれているか確かめてください。' }
    return { words: [problem?.title, problem?.detail].filter(Boolean).join('。') || '表示できませんでした。' }
  } catch {
    return { words: '通信できません。しばらくしてから、もう一度開いてください。' }
  }
}

function part(id: string): HTMLElement {
  const element = document.getElementById(id)
  if (element === null) throw new Error(`the page has no #${id}`)
  return element
}
