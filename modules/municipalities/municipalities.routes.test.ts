import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import {
  changeMunicipalitySetting,
  getMunicipalitySettings,
  type Setting,
} from './municipalities.contract.ts'

describe('団体の設定', () => {
  let cloud: TestCloud
  let hida: MunicipalityCode
  let admin: Browser
  before(async () => {
    cloud = await testCloud()
    hida = await cloud.onboard('212172', '飛騨市')
    admin = await cloud.signIn(hida, 'admin')
  })
  after(() => cloud.close())

  const read = () => admin.get(getMunicipalitySettings, {})
  const change = (settingsVersion: number, setting: Setting) =>
    admin.call(changeMunicipalitySetting, { fromOn: '2026-11-01', setting, settingsVersion })
  const mayor = (name: string): Setting => ({ key: 'mayor', value: { title: '飛騨市長', name } })

  test('of two who change what they both read, the second is told of the first', async () => {
    const { settingsVersion } = await read()
    const answers = await Promise.all([
      change(settingsVersion, mayor('見本　一郎')),
      change(settingsVersion, mayor('見本　二郎')),
    ])
    assert.deepEqual(new Set(answers.map((answer) => answer.status)), new Set([200, 409]))
    const later = await change(settingsVersion, mayor('見本　三郎'))
    assert.equal(!later.ok && later.problem.type, '/problems/platform/changed-by-other')
    const after = await read()
    assert.equal((await change(after.settingsVersion, mayor('見本　四郎'))).status, 200)
    assert.equal((await read()).mayorName, '見本　四郎')
  })

  test('a setting that holds later leaves today as it is', async () => {
    const { settingsVersion, mayorName } = await read()
    await admin.get(changeMunicipalitySetting, {
      fromOn: '2027-04-01',
      setting: mayor('次の　市長'),
      settingsVersion,
    })
    assert.equal((await read()).mayorName, mayorName)
  })

  test('a seal is a square PNG of 1 to 2,000 pixels a side', async () => {
    const seal = (width: number, height: number) => {
      const bytes = Buffer.from('89504e470d0a1a0a0000000d4948445200000000000000000806000000', 'hex')
      bytes.writeUInt32BE(width, 16)
      bytes.writeUInt32BE(height, 20)
      return { key: 'seal', value: { pngBase64: bytes.toString('base64') } } as const
    }
    const tried = async (width: number, height = width) =>
      (await change((await read()).settingsVersion, seal(width, height))).status
    assert.deepEqual(
      [await tried(0), await tried(2_001), await tried(60_000), await tried(300, 301)],
      [422, 422, 422, 422],
    )
    assert.deepEqual([await tried(1), await tried(2_000)], [200, 200])
    const text = Buffer.from('not a picture at all, but long enough').toString('base64')
    const { settingsVersion } = await read()
    assert.equal((await change(settingsVersion, { key: 'seal', value: { pngBase64: text } })).status, 422)
  })
})
