import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { describe, test } from 'node:test'
import { modules, type ModuleSpec } from '../modules/map.ts'

/**
 * The habits of this house that no compiler knows. Each test says why the rule is there; a failure lists the places.
 */
const root = path.resolve(import.meta.dirname, '..')
const thisFile = 'tools/house.test.ts'
const skippedFolders = new Set(['node_modules', 'dist', '.git', '.data', '.cache', 'test-results'])

type SourceFile = { readonly file: string; readonly text: string }

function walk(folder: string): readonly string[] {
  return fs.readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory()) return skippedFolders.has(entry.name) ? [] : walk(name)
    return entry.isFile() ? [name] : []
  })
}

const allFiles = walk('')
const read = (names: readonly string[]): readonly SourceFile[] =>
  names.map((file) => ({ file, text: fs.readFileSync(path.join(root, file), 'utf8') }))

const isGenerated = (file: string): boolean => /\.(rows|generated)\.ts$/.test(file)
const isTest = (file: string): boolean =>
  /\.(test|e2e)\.tsx?$/.test(file) || file.startsWith('platform/testing/')
const code = read(allFiles.filter((file) => /\.(ts|tsx|mjs)$/.test(file) && file !== thisFile))
const productCode = code.filter(
  ({ file }) => /^(core|platform|modules|ui|apps)\//.test(file) && !isTest(file),
)
const documents = read(allFiles.filter((file) => file.endsWith('.md')))
const writtenText = read(
  allFiles.filter(
    (file) =>
      /\.(ts|tsx|mjs|json|md|sql|typ|css|html|ya?ml|sh)$|^\.ci\/|^\.npmrc$/.test(file) && file !== thisFile,
  ),
)

/** Comments may name what code may not do. */
const withoutComments = (text: string): string =>
  text
    .replaceAll(/\/\*[\s\S]*?\*\//g, (comment) => comment.replaceAll(/[^\n]/g, ''))
    .replaceAll(/(^|\s)\/\/.*$/gm, '$1')

/** `file:line: text` of every line that matches. */
function places(files: readonly SourceFile[], pattern: RegExp, prepare = withoutComments): readonly string[] {
  return files.flatMap(({ file, text }) =>
    prepare(text)
      .split('\n')
      .flatMap((line, index) =>
        pattern.test(line) ? [`${file}:${index + 1}: ${line.trim().slice(0, 120)}`] : [],
      ),
  )
}

const asWritten = (text: string): string => text

function none(found: readonly string[], why: string): void {
  assert.equal(found.length, 0, `${why}\n${found.join('\n')}`)
}

describe('names', () => {
  test('no file is named after nothing: utils, helpers, common, manager, misc, v2', () => {
    const empty = /(^|[-._/])(utils?|helpers?|common|managers?|misc|v2|legacy|stuff)(?=[-._/]|$)/i
    none(
      code.map(({ file }) => file).filter((file) => empty.test(file)),
      'A file is named after what it holds; a drawer for everything is where duplicates are born.',
    )
  })

  test('no barrels: a folder has no index.ts', () => {
    none(
      code.map(({ file }) => file).filter((file) => /(^|\/)index\.tsx?$/.test(file)),
      'Imports name the file that holds the thing; barrels hide the direction of imports.',
    )
  })

  test('code files are in kebab-case, components in PascalCase', () => {
    const well = /^([a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*\.(ts|mjs|tsx)|[A-Z][A-Za-z0-9]*\.(test\.)?tsx?)$/
    none(
      code.map(({ file }) => file).filter((file) => !well.test(path.basename(file))),
      'One way to write a name, so that it can be guessed.',
    )
  })

  test('a migration is named YYYYMMDDTHHMM_words.sql', () => {
    none(
      allFiles.filter((file) => /\/migrations\//.test(file) && !/\/\d{8}T\d{4}_[a-z0-9_]+\.sql$/.test(file)),
      'Migrations are applied in the order of their names, across all modules.',
    )
  })

  test('two migrations never share their minute', () => {
    const minutes = allFiles.flatMap((file) => {
      const minute = /\/migrations\/(\d{8}T\d{4})_/.exec(file)?.[1]
      return minute === undefined ? [] : [[minute, file] as const]
    })
    const seen = new Map<string, string>()
    const twice = minutes.flatMap(([minute, file]) => {
      const earlier = seen.get(minute)
      seen.set(minute, file)
      return earlier === undefined ? [] : [`${earlier} and ${file}`]
    })
    none(twice, 'The order of two files with one time would hang on their words.')
  })
})

describe('code', () => {
  test('chance comes from node:crypto or as an argument, never from Math.random', () => {
    none(
      places(code, /\bMath\s*\.\s*random\b/),
      'Math.random can be guessed in the product and cannot be repeated in a test.',
    )
  })

  test('product code does not write to the console', () => {
    none(
      places(productCode, /(?<![\w/.])console\s*\./),
      'Words go through platform/log.ts, which lets no personal data through.',
    )
  })

  test('nothing is cast to any, and no check is switched off', () => {
    none(
      places(code, /\bas\s+any\b|:\s*any\b|<any>|\bas\s+unknown\s+as\s+never\b/),
      'any ends all checking after it.',
    )
    none(
      places(code, /@ts-ignore|@ts-nocheck|(ox|es)lint-disable/, asWritten),
      'A check that can be switched off is no check. Change the rule for everybody, or the code.',
    )
    none(
      places(
        code.filter(({ file }) => !isTest(file)),
        /@ts-expect-error/,
        asWritten,
      ),
      'An expected type error belongs in a test that proves a refusal, nowhere else.',
    )
  })

  test('there are no notes to self in the code', () => {
    none(
      places(code, /\b(TODO|FIXME|XXX)\b/, asWritten),
      'What is to do stands in an issue, where it is found.',
    )
  })

  test('a file has at most 500 lines', () => {
    none(
      code
        .filter(({ file, text }) => !isGenerated(file) && text.split('\n').length > 500)
        .map(({ file }) => file),
      'A file past some 400 lines usually holds two ideas.',
    )
  })

  test('nobody sleeps in a test', () => {
    none(
      places(
        code.filter(({ file }) => /\.(test|e2e)\.tsx?$/.test(file)),
        /\bawait\s+(sleep|wait|pause)\(|waitForTimeout\(|await\s+delay\(/,
      ),
      'A test waits for what it expects, not for a time: sleeping is slow and fails on a busy machine.',
    )
  })
})

describe('modules', () => {
  const map: Readonly<Record<string, ModuleSpec>> = modules
  const names = Object.keys(map)

  test('every folder of modules/ stands in the map', () => {
    const folders = fs.readdirSync(path.join(root, 'modules'), { withFileTypes: true })
    none(
      folders
        .filter(
          (entry) => entry.isDirectory() && !skippedFolders.has(entry.name) && !names.includes(entry.name),
        )
        .map(({ name }) => name),
      'modules/map.ts is the one page that shows the house.',
    )
  })

  test('a module uses only modules that stand above it', () => {
    const wrong = names.flatMap((name, place) =>
      (map[name]?.uses ?? [])
        .filter((used) => !names.slice(0, place).includes(used))
        .map((used) => `${name} uses ${used}`),
    )
    none(wrong, 'The order of the map is the rule.')
  })

  test("another module's tables appear in no SQL, published views apart", () => {
    const schemas = names.join('|')
    const sql = new RegExp(
      // A function is published by its grant, and says itself what it gives: `from residents.people_at($1, $2)`.
      `(?:\\b(?:from|join)\\s+(?:only\\s+)?(?!\\w+\\.\\w+\\()|\\b(?:into|update|table)\\s+(?:only\\s+)?|(?:From|Into|Table|Join)\\(\\s*['"\`])(${schemas})\\.(?!pub_)[a-z_]+`,
      'gi',
    )
    const wrong = productCode.flatMap(({ file, text }) => {
      const own = /^modules\/([^/]+)\//.exec(file)?.[1]
      if (own === undefined) return []
      return [...withoutComments(text).matchAll(sql)]
        .filter((hit) => hit[1] !== own)
        .map((hit) => `${file}: ${hit[0]}`)
    })
    none(wrong, 'Tables belong to their module; others ask its actions or read its published views (pub_*).')
  })
})

describe('the repository', () => {
  test('no registry, no machine: nothing names a package host or a path of somebody’s computer', () => {
    none(
      places(
        writtenText,
        /registry\.npmjs|npmmirror|"resolved":\s*"https?:|(^|[\s"'`(=:])\/(work|home\/\w+|root|Users\/\w+)\//,
        asWritten,
      ),
      'A clone must work anywhere, with any registry.',
    )
  })

  test('no secret lies here: keys, tokens of services, addresses with a password in them', () => {
    const secrets = [
      /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/,
      /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/,
      /\b(?:ghp|gho|ghs|ghr|github_pat|glpat|xox[abpr]|npm)_?-?[0-9A-Za-z_-]{30,}/,
      /\beyJ[0-9A-Za-z_-]{20,}\.eyJ[0-9A-Za-z_-]{20,}/,
      /\bAGE-SECRET-KEY-1[0-9A-Z]{20,}/,
      /\b(?:postgres|postgresql|smtp|smtps|https?):\/\/[^\s:@/'"`$]+:(?!PASSWORD|password|secret|p@|\*)[^\s:@/'"`${}]{6,}@/,
    ]
    none(
      secrets.flatMap((pattern) => places(writtenText, pattern, asWritten)),
      'What is secret is a file outside of the repository; what a test needs it makes itself.',
    )
  })

  test('links in documents lead to files that exist', () => {
    const broken = documents.flatMap(({ file, text }) =>
      [...text.replaceAll(/```[\s\S]*?```/g, '').matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)/g)].flatMap(
        (link) => {
          const target = decodeURIComponent(link[1] ?? '').replace(/#.*$/, '')
          if (target === '' || /^[a-z][a-z+.-]*:/i.test(target)) return []
          const from = target.startsWith('/') ? root : path.join(root, path.dirname(file))
          return fs.existsSync(path.join(from, target)) ? [] : [`${file}: ${target}`]
        },
      ),
    )
    none(broken, 'A document that points nowhere is worse than none.')
  })

  test('files named in documents exist', () => {
    const place =
      /`((?:core|platform|modules|ui|apps|simulators|demo|tools|bench|e2e|docs)\/[\w./-]+\.[a-z]{2,4})`/g
    const gone = documents.flatMap(({ file, text }) =>
      [...text.matchAll(place)]
        .filter((hit) => !fs.existsSync(path.join(root, hit[1] ?? '')))
        .map((hit) => `${file}: ${hit[1]}`),
    )
    none(gone, 'Documents are changed together with the files that they name.')
  })

  test('the continuous integration runs exactly npm test', () => {
    const lines = fs.readFileSync(path.join(root, '.ci/run'), 'utf8').trim().split('\n')
    assert.equal(lines.at(-1), 'exec npm test')
    assert.ok((fs.statSync(path.join(root, '.ci/run')).mode & 0o111) !== 0, '.ci/run must be executable')
  })
})
