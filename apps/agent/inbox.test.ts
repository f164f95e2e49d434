import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { businesses, fileInterfaces } from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import type { Manifest } from '@open-bcl/modules/linkage/linkage.manifest.ts'
import { Inbox, patternOf } from './inbox.ts'

const hida = '212172' as MunicipalityCode
const at = (seconds: number): Date => new Date(Date.UTC(2026, 10, 21, 0, 0, seconds))

describe('the watched folder', () => {
  let folder: string
  let inbox: Inbox
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inbox-'))
    inbox = new Inbox(folder, hida, { graceMs: 10_000, quietMs: 60_000 })
  })
  afterEach(() => rm(folder, { recursive: true }))

  const put = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text)
  const manifest = (over: Partial<Manifest> = {}): Partial<Manifest> => ({
    interfaceId: fileInterfaces.seals.id,
    interfaceVersion: fileInterfaces.seals.version,
    municipalityCode: hida,
    business: 'seals',
    fileNo: 7,
    mode: 'delta',
    rowCount: 0,
    deleteCount: 0,
    sha256: createHash('sha256').update('x').digest('hex'),
    producedAt: '2026-11-21T02:00:00+09:00',
    producerVersion: 'test 1',
    ...over,
  })
  const names = async (now: Date): Promise<Record<string, string[]>> => {
    const { ready, wrong, unfinished } = await inbox.look(now)
    return {
      ready: ready.map(({ name }) => name),
      wrong: wrong.map(({ name }) => name),
      unfinished: unfinished.map(({ name }) => name),
    }
  }

  test('every business is known by its key and by its 業務名, in the file name or as a folder', async () => {
    for (const business of businesses) {
      assert.equal(patternOf(`${business}_full_20261121`)?.business, business)
      assert.deepEqual(patternOf(`${fileInterfaces[business].title}_差分_1`), {
        business,
        mode: 'delta',
        rest: '1',
      })
    }
    assert.equal(patternOf('unknown_full_1'), null)
    assert.equal(patternOf('residents_full'), null)
    await mkdir(join(folder, '印鑑登録'))
    await put('印鑑登録/a.csv', 'x')
    await put('印鑑登録/a.json', JSON.stringify(manifest()))
    await mkdir(join(folder, 'elsewhere'))
    await put('elsewhere/b.csv', 'x')
    assert.deepEqual(await names(at(0)), { ready: ['印鑑登録/a'], wrong: [], unfinished: [] })
  })

  test('the report of a check is never taken for a file, unless a manifest says that it is one', async () => {
    await put('seals_full_1.check.csv', 'a')
    await put('seals_full_1.check.ok', '')
    await mkdir(join(folder, '印鑑登録'))
    await put('印鑑登録/住民情報.check.csv', 'a')
    await names(at(0))
    const { ready, wrong, unfinished } = await inbox.look(at(3_600))
    assert.deepEqual([ready, wrong], [[], []])
    assert.deepEqual(
      unfinished.map(({ name, business }) => [name, business]),
      [
        ['seals_full_1.check', null],
        ['印鑑登録/住民情報.check', null],
      ],
    )
    await put('seals_full_1.check.json', JSON.stringify(manifest()))
    assert.deepEqual((await names(at(3_600))).ready, ['seals_full_1.check'])
  })

  test('data without manifest count as whole when nothing has changed for long enough, or when .ok says so', async () => {
    await put('seals_full_1.csv', 'a')
    assert.deepEqual((await names(at(0)))['unfinished'], ['seals_full_1'])
    await appendFile(join(folder, 'seals_full_1.csv'), 'b')
    assert.deepEqual((await names(at(59)))['unfinished'], ['seals_full_1'])
    // The time of the share is not trusted: what counts is how long we have seen it so.
    await utimes(join(folder, 'seals_full_1.csv'), 0, 0)
    assert.deepEqual((await names(at(61)))['unfinished'], ['seals_full_1'])
    assert.deepEqual((await names(at(121)))['ready'], ['seals_full_1'])
    await put('seals_full_2.csv', 'a')
    await put('seals_full_2.ok', '')
    const { ready } = await inbox.look(at(122))
    assert.deepEqual(
      ready.map(({ name, confirmed }) => [name, confirmed]),
      [
        ['seals_full_1', false],
        ['seals_full_2', true],
      ],
    )
  })

  test('a number that the core system left out is written beside the data before anything else happens', async () => {
    await put('a.csv', 'x')
    const { fileNo: _, ...unnumbered } = manifest()
    await put('a.json', JSON.stringify(unnumbered))
    const [file] = (await inbox.look(at(0))).ready
    assert.equal(file!.manifest!.fileNo, 0)
    await inbox.number(file!, { ...file!.manifest!, fileNo: 12 })
    const again = new Inbox(folder, hida, { graceMs: 0, quietMs: 0 })
    assert.equal((await again.look(at(1))).ready[0]!.manifest!.fileNo, 12)
  })

  test('links, folders and pipes that look like files are told of and never opened', async () => {
    await symlink('/etc/passwd', join(folder, 'seals_full_1.csv'))
    await put('a.csv', 'x')
    await symlink('/etc/passwd', join(folder, 'a.json'))
    await mkdir(join(folder, 'b.csv'))
    execFileSync('mkfifo', [join(folder, 'c.json')])
    await put('c.csv', 'x')
    await put('d.csv', 'x')
    await put('d.json', JSON.stringify(manifest()))
    const { ready, wrong, unfinished } = await inbox.look(at(100))
    assert.deepEqual([ready.map(({ name }) => name), wrong], [['d'], []])
    assert.deepEqual(unfinished.map(({ name }) => name).sort(), ['a', 'b', 'c', 'seals_full_1'])
    assert.ok(unfinished.every(({ why }) => why.includes('通常のファイルではない')))
  })

  test('names of any kind are files like others, and go no further than the folder', async () => {
    for (const [i, name] of [
      '..',
      '-rf',
      'a b',
      '住民\u202Egnp',
      'x'.repeat(250),
      '$(reboot)',
      '長'.repeat(83),
    ].entries()) {
      await put(`${name}.csv`, 'x')
      await put(`${name}.json`, JSON.stringify(manifest({ fileNo: i + 1 })))
    }
    const { ready } = await inbox.look(at(0))
    assert.equal(ready.length, 7)
    for (const file of ready) await inbox.settle(file, 'done', { 'receipt.json': '{}' })
    assert.deepEqual((await readdir(folder)).sort(), ['done'])
    assert.equal((await readdir(join(folder, 'done'))).length, 7)
  })

  test('a broken, huge or foreign manifest is judged when it has rested, and its move is finished if cut', async () => {
    await put('a.csv', 'x')
    await put('a.json', '{"fileNo":')
    await put('b.csv', 'x')
    await put('b.json', ' '.repeat(100_000))
    await put('c.csv', 'x')
    await put('c.json', JSON.stringify(manifest({ municipalityCode: '131016' as MunicipalityCode })))
    assert.deepEqual((await names(at(0)))['unfinished'], ['a', 'b', 'c'])
    // What is told of it all the same: by the paper itself, by the folder, by the name of the file.
    await mkdir(join(folder, '印鑑登録'))
    for (const [name, paper] of [
      ['d', JSON.stringify(manifest({ rowCount: -1 }))],
      ['印鑑登録/e', 'null'],
      ['seals_full_f', JSON.stringify({ business: ['seals'], fileNo: 1.5 })],
    ] as const) {
      await put(`${name}.csv`, 'x')
      await put(`${name}.json`, paper)
    }
    await names(at(0))
    const { wrong } = await inbox.look(at(11))
    assert.deepEqual(
      wrong.map(({ name, business, fileNo }) => [name, business, fileNo]),
      [
        ['a', null, null],
        ['b', null, null],
        ['c', null, null],
        ['d', 'seals', 7],
        ['seals_full_f', 'seals', null],
        ['印鑑登録/e', 'seals', null],
      ],
    )
    assert.match(wrong[2]!.errors[0]!.message, /ほかの団体/)
    const target = await inbox.settle(wrong[0]!, 'refused', { 'errors.txt': 'x' })
    // As if the power had failed before the last rename.
    await rename(join(target, 'a.json'), join(folder, 'a.json'))
    assert.deepEqual((await names(at(12)))['wrong']!.slice(0, 2), ['b', 'c'])
    assert.ok(await readFile(join(target, 'a.json')))
  })

  test('what was filed comes back from a number on, and acknowledged data are removed in time', async () => {
    for (const fileNo of [1, 2, 3]) {
      await put(`n${fileNo}.csv`, 'x')
      await put(`n${fileNo}.json`, JSON.stringify(manifest({ fileNo })))
    }
    for (const file of (await inbox.look(at(0))).ready)
      await inbox.settle(file, file.name === 'n2' ? 'refused' : 'done', { 'receipt.json': '{}' })
    await inbox.bringBack('seals', 2)
    const back = (await inbox.look(at(1))).ready
    assert.deepEqual(
      back.map(({ name }) => name),
      ['n2', 'n3'],
    )
    await inbox.bringBack('residents', 1)
    await inbox.prune(new Date(0))
    const place = join(
      folder,
      'done',
      (await readdir(join(folder, 'done'))).find((name) => name.startsWith('n1'))!,
    )
    assert.deepEqual((await readdir(place)).sort(), ['n1.csv', 'n1.json', 'receipt.json'])
    await inbox.prune(new Date(Date.now() + 1_000))
    assert.deepEqual((await readdir(place)).sort(), ['n1.json', 'receipt.json'])
  })
})
