import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import type { getGuideTown, listGuideStores, listGuideTowns } from '../../guide.contract.ts'
import type { Words } from '../words/ja.ts'
import type { Lang } from '../words/words.ts'
import { guideLanguages } from './guide-words.ts'

/**
 * The guide for residents: how to use a machine, where, and what their town offers today. Plain DOM, no framework: it is
 * opened once, on a cheap telephone. Language and town stand in the address, so that a town can link to its own page.
 */
type Towns = OutputOf<typeof listGuideTowns>['prefectures']
type Town = OutputOf<typeof getGuideTown>
type Stores = OutputOf<typeof listGuideStores>

/** Names of certificates in the other languages; only the chosen one is fetched. */
const kindNames: Readonly<Record<Exclude<Lang, 'ja'>, () => Promise<Words['kinds']>>> = {
  en: async () => (await import('../words/en.ts')).en.kinds,
  zh: async () => (await import('../words/zh.ts')).zh.kinds,
  vi: async () => (await import('../words/vi.ts')).vi.kinds,
  yasashii: async () => (await import('../words/yasashii.ts')).yasashii.kinds,
}

const state: {
  lang: Lang
  kinds: Readonly<Record<string, string>>
  towns: Towns
  /** Counts choices: an answer to an earlier one comes too late. */
  asked: number
  shown: { readonly town: Town; readonly stores: Stores } | null
} = { lang: 'ja', kinds: {}, towns: [], asked: 0, shown: null }

const words = () => guideLanguages[state.lang].words

export async function startGuide(): Promise<void> {
  const search = new URLSearchParams(location.search)
  drawLanguages()
  select('prefecture').addEventListener('change', () => {
    drawTowns()
    void chooseTown('')
  })
  select('town').addEventListener('change', () => void chooseTown(select('town').value))
  const asked = search.get('lang') ?? ''
  await chooseLanguage(Object.hasOwn(guideLanguages, asked) ? (asked as Lang) : 'ja')
  const code = search.get('town') ?? ''
  // A town in the address needs no list first.
  const named = /^\d{6}$/.test(code) ? chooseTown(code) : Promise.resolve()
  try {
    state.towns = (await get<OutputOf<typeof listGuideTowns>>('/api/guide/towns')).prefectures
    drawChoice(code)
  } catch {
    part('state').textContent = words().failed
  }
  await named
}

function drawLanguages(): void {
  part('languages').replaceChildren(
    ...(Object.keys(guideLanguages) as Lang[]).map((lang) => {
      const button = element('button', guideLanguages[lang].name)
      button.type = 'button'
      button.lang = guideLanguages[lang].tag
      button.dataset['lang'] = lang
      button.addEventListener('click', () => void chooseLanguage(lang))
      return button
    }),
  )
}

async function chooseLanguage(lang: Lang): Promise<void> {
  state.lang = lang
  state.kinds = lang === 'ja' ? {} : await kindNames[lang]()
  if (state.lang !== lang) return
  document.documentElement.lang = guideLanguages[lang].tag
  document.title = words().title
  for (const button of part('languages').querySelectorAll('button'))
    button.setAttribute('aria-pressed', String(button.dataset['lang'] === lang))
  const { title, lead, town, prefecture, municipality, places, how, needs, steps } = words()
  const texts = { title, lead, 'town-title': town, 'prefecture-label': prefecture }
  const more = { 'town-label': municipality, 'places-title': places, 'how-title': how }
  for (const [id, text] of Object.entries({ ...texts, ...more })) part(id).textContent = text
  part('needs').replaceChildren(...needs.map((text) => element('li', text)))
  part('how').replaceChildren(...steps.map((text) => element('li', text)))
  if (state.towns.length > 0) drawChoice(select('town').value)
  draw()
  remember()
}

function drawChoice(code: string): void {
  const chosen = state.towns.find(({ towns }) => towns.some((town) => town.municipalityCode === code))
  const name = chosen?.name ?? select('prefecture').value
  fill(
    'prefecture',
    state.towns.map((one) => ({ value: one.name, label: one.name })),
    name,
  )
  drawTowns(code)
}

function drawTowns(code = ''): void {
  const prefecture = state.towns.find(({ name }) => name === select('prefecture').value)
  const towns = prefecture?.towns ?? []
  fill(
    'town',
    towns.map(({ municipalityCode, name }) => ({ value: municipalityCode, label: name })),
    code,
  )
  select('town').disabled = towns.length === 0
}

function fill(id: string, options: readonly { value: string; label: string }[], value: string): void {
  const none = new Option(words().choose, '')
  // Names of places stay as they are written there.
  const named = options.map((option) => {
    const made = new Option(option.label, option.value)
    made.lang = 'ja'
    return made
  })
  select(id).replaceChildren(none, ...named)
  select(id).value = options.some((option) => option.value === value) ? value : ''
}

async function chooseTown(code: string): Promise<void> {
  const asked = ++state.asked
  state.shown = null
  draw()
  remember(code)
  if (code === '') return
  part('state').textContent = words().loading
  try {
    const [town, stores] = await Promise.all([
      get<Town>(`/api/guide/towns/${code}`),
      get<Stores>(`/api/guide/stores?municipalityCode=${code}`),
    ])
    if (asked !== state.asked) return
    state.shown = { town, stores }
    draw()
  } catch {
    if (asked === state.asked) part('state').textContent = words().failed
  }
}

function draw(): void {
  const { shown } = state
  part('state').textContent = ''
  part('places').hidden = shown === null
  if (shown === null) {
    part('answer').replaceChildren()
    return
  }
  drawTown(shown.town)
  drawStores(shown.stores)
}

function drawTown(town: Town): void {
  const { today, open, closed, hours, planned, from } = words()
  part('state').textContent = today(`${town.prefecture}${town.name}`)
  const list = element('ul')
  list.className = 'guide-kinds'
  list.append(
    ...town.kinds.map((kind) => {
      const item = element('li')
      const here = state.kinds[kind.kind]
      item.append(element('strong', here ?? kind.ja))
      if (here !== undefined && here !== kind.ja) item.append(japanese(kind.ja))
      const now = element('span', kind.openNow ? open : closed)
      now.className = kind.openNow ? 'guide-open' : 'guide-closed'
      item.append(now, ' ', element('span', hours(kind.hours.opensAt, kind.hours.closesAt)))
      if (kind.closedWords !== null && !kind.openNow) item.append(japanese(kind.closedWords))
      return item
    }),
  )
  const coming = town.maintenance.map(({ fromAt, untilAt, words: text }) => {
    const item = element('div')
    item.className = 'guide-planned'
    item.append(
      element('strong', planned),
      element('div', from(instant(fromAt), instant(untilAt))),
      japanese(text),
    )
    return item
  })
  part('answer').replaceChildren(list, ...coming)
}

function drawStores({ stores, more }: Stores): void {
  const { noPlaces, elsewhere, more: there } = words()
  const items = stores.map(({ name, operator, address, kinds }) => {
    const item = element('li')
    const named = element('strong', name)
    named.lang = 'ja'
    // Of the kinds its operator offers those that the chosen town has issued.
    const names = kinds.flatMap((kind) => kindOf(kind))
    item.append(named, japanese(`${operator}　${address}`), element('span', names.join('・')))
    return item
  })
  const last = element('li', [stores.length === 0 ? noPlaces : more ? there : '', elsewhere].join(' ').trim())
  part('stores').replaceChildren(...items, last)
}

/** Its name, if the chosen town has it issued. */
function kindOf(code: string): string[] {
  const kind = state.shown?.town.kinds.find((one) => one.kind === code)
  return kind === undefined ? [] : [state.kinds[code] ?? kind.ja]
}

function japanese(text: string): HTMLElement {
  const line = element('div', text)
  line.lang = 'ja'
  line.className = 'guide-quiet'
  return line
}

function instant(iso: string): string {
  return new Date(iso).toLocaleString(guideLanguages[state.lang].tag, {
    timeZone: 'Asia/Tokyo',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  })
}

function remember(code = select('town').value): void {
  const search = new URLSearchParams(location.search)
  if (code !== '') search.set('town', code)
  else if (state.towns.length > 0) search.delete('town')
  if (state.lang === 'ja') search.delete('lang')
  else search.set('lang', state.lang)
  const text = search.toString()
  history.replaceState(null, '', text === '' ? location.pathname : `${location.pathname}?${text}`)
}

async function get<T>(path: string): Promise<T> {
  const answer = await fetch(path)
  if (!answer.ok) throw new Error(String(answer.status))
  return (await answer.json()) as T
}

function element<K extends keyof HTMLElementTagNameMap>(name: K, text = ''): HTMLElementTagNameMap[K] {
  const made = document.createElement(name)
  made.textContent = text
  return made
}

function part(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`the page has no #${id}`)
  return found
}

function select(id: string): HTMLSelectElement {
  return part(id) as HTMLSelectElement
}
