import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'

/** Who runs the server binaries: PostgreSQL refuses to run as root. */
export type ServerUser = {
  /** Command line that goes before theirs. */
  readonly wrap: readonly string[]
  /** Whose the data folder must be, in our own numbers. */
  readonly uid: number
  readonly gid: number
}

const NOBODY = 65534
const asNobody = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups']

/** How root can run PostgreSQL as somebody else, the best way first. */
const waysOfRoot = {
  // In a user namespace root's own files stay reachable while PostgreSQL sees another user: this works even in a
  // folder that only root may enter, and leaves the files root's.
  namespace: {
    wrap: ['unshare', '--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`],
    uid: 0,
    gid: 0,
  },
  // Containers mostly refuse namespaces but let root keep this right: another user, who may enter root's folders.
  capability: {
    wrap: [...asNobody, '--inh-caps=+dac_override', '--ambient-caps=+dac_override'],
    uid: NOBODY,
    gid: NOBODY,
  },
  nobody: { wrap: asNobody, uid: NOBODY, gid: NOBODY },
} as const satisfies Readonly<Record<string, ServerUser>>

export type WayOfRoot = keyof typeof waysOfRoot

/** The first way that works here: it must reach the binary and enter the folder beside which the data will lie. */
export function serverUser(postgres: string, parent: string, ways?: readonly WayOfRoot[]): ServerUser {
  const uid = process.getuid?.() ?? 0
  if (uid !== 0) return { wrap: [], uid, gid: process.getgid?.() ?? 0 }
  for (const way of ways ?? (Object.keys(waysOfRoot) as WayOfRoot[])) {
    const user = waysOfRoot[way]
    const [program, ...rest] = user.wrap
    const probe = ['sh', '-c', 'test -x "$1" && "$2" --version', 'sh', parent, postgres]
    if (spawnSync(program, [...rest, ...probe]).status === 0) return user
  }
  const closed = [...closedFolders(parent), ...closedFolders(path.dirname(postgres))]
  throw new Error(
    [
      'PostgreSQL は root のままでは動かせず、この環境では別の利用者としても動かせません。次のどれかにしてください。',
      '・一般の利用者で起動する',
      ...(closed.length > 0
        ? [
            `・フォルダーを誰でも通り抜けられるようにする: chmod o+x ${[...new Set(closed)].join(' ')}`,
            '・通り抜けられる場所にデータを置く: OPEN_BCL_DATA=フォルダー',
          ]
        : []),
      '・コンテナの場合は、root に DAC_OVERRIDE、SETUID、SETGID、SETPCAP の各権限（capability）を許す',
    ].join('\n'),
  )
}

/** The folders on the way that nobody but their owners may pass. */
function closedFolders(folder: string): string[] {
  const parent = path.dirname(folder)
  const closed = (fs.statSync(folder).mode & 0o001) === 0 ? [folder] : []
  return parent === folder ? closed : [...closedFolders(parent), ...closed]
}

/** Gives a folder and all in it to the server's user, where an earlier start ran it as another one. */
export function giveTo(user: ServerUser, folder: string): void {
  if (fs.statSync(folder).uid === user.uid) return
  for (const name of fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    fs.lchownSync(path.join(folder, name), user.uid, user.gid)
  // Last, so that a start that dies here does it again.
  fs.lchownSync(folder, user.uid, user.gid)
}
