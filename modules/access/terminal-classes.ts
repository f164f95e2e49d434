import { permissionWords, type Permission } from './permission-words.ts'

/**
 * 端末の種類 (三層の対策) and the work that each is for. A right that a person holds opens nothing at a terminal of another class.
 * At a machine that is none of the town's terminals the same is open as at one of LGWAN, as long as the town lets people in there.
 */
export const terminalClasses = {
  lgwan: {
    ja: 'LGWAN接続系',
    hint: '窓口や事務室の端末。個人番号を除くすべての業務',
    opens: 'all-but-my-number',
  },
  'my-number': {
    ja: 'マイナンバー利用事務系',
    hint: '個人番号を表示できる端末。ほかの業務もできます',
    opens: 'all',
  },
  field: {
    ja: '調査端末',
    hint: '持ち出す端末。被害認定調査の画面と調査アプリだけ',
    opens: [
      'disasters.view',
      'municipalities.view',
      'files.upload',
      'surveys.view',
      'surveys.record',
      'surveys.judge',
      'field.view',
      'relief.notes',
    ],
  },
} as const satisfies Record<
  string,
  { ja: string; hint: string; opens: 'all' | 'all-but-my-number' | readonly Permission[] }
>

export type TerminalClass = keyof typeof terminalClasses
export const terminalClassNames = Object.keys(terminalClasses) as TerminalClass[]

/** The one right that needs a terminal of its class even where a town asks for no enrolled terminals. */
const MY_NUMBER = 'residents.my-number' satisfies Permission

export function opensAt(terminalClass: TerminalClass, permission: string): boolean {
  const { opens } = terminalClasses[terminalClass]
  if (opens === 'all') return true
  if (opens === 'all-but-my-number') return permission !== MY_NUMBER
  return (opens as readonly string[]).includes(permission)
}

/** What of somebody's rights holds at a terminal, and what elsewhere only. */
export function rightsAt(
  terminalClass: TerminalClass | null,
  permissions: ReadonlySet<string>,
): { readonly permissions: ReadonlySet<string>; readonly elsewhere: ReadonlySet<string> } {
  // At no enrolled terminal 個人番号 asks for the mark of the browser by itself (`findThisTerminal`).
  if (terminalClass === null) return { permissions, elsewhere: new Set() }
  const open = new Set<string>()
  const elsewhere = new Set<string>()
  for (const one of permissions) (opensAt(terminalClass, one) ? open : elsewhere).add(one)
  return { permissions: open, elsewhere }
}

/** For people: the screens and verbs that a class opens; `null` = all. */
export function openTexts(terminalClass: TerminalClass): string[] | null {
  const { opens } = terminalClasses[terminalClass]
  if (typeof opens === 'string') return null
  return opens.map((one) => `${permissionWords[one].screen}（${permissionWords[one].verb}）`)
}

export function isTerminalClass(name: string): name is TerminalClass {
  return Object.hasOwn(terminalClasses, name)
}
