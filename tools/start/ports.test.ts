import assert from 'node:assert/strict'
import net from 'node:net'
import { once } from 'node:events'
import { test } from 'node:test'
import { freePort } from '@open-bcl/platform/db/embedded.ts'
import { portPlan, takePorts } from './ports.ts'

async function freePlan(): Promise<Record<string, string>> {
  const free = new Set<number>()
  while (free.size < Object.keys(portPlan).length) free.add(await freePort())
  const ports = [...free]
  return Object.fromEntries(Object.values(portPlan).map((plan, at) => [plan.variable, String(ports[at])]))
}

test('free ports are taken as the variables name them', async () => {
  const plan = await freePlan()
  const ports = await takePorts(plan)
  assert.equal(String(ports.cloud), plan['OPEN_BCL_CLOUD_PORT'])
  assert.equal(String(ports.mail), plan['OPEN_BCL_MAIL_PORT'])
})

test('a taken port is refused with its number, its use and the variable that moves it', async () => {
  const plan = await freePlan()
  const neighbour = net.createServer().listen(Number(plan['OPEN_BCL_CENTER_PORT']), '127.0.0.1')
  await once(neighbour, 'listening')
  await assert.rejects(takePorts(plan), (error: Error) => {
    assert.equal(
      error.message,
      `ポート ${plan['OPEN_BCL_CENTER_PORT']}（証明書交付センター）は他のプログラムが使っています。OPEN_BCL_CENTER_PORT=別の番号 を付けて起動してください。`,
    )
    return true
  })
  neighbour.close()
})

test('one port for two uses, and what is no port, are refused by the variables', async () => {
  const plan = await freePlan()
  const twice = { ...plan, OPEN_BCL_AGENT_PORT: plan['OPEN_BCL_CLOUD_PORT']! }
  await assert.rejects(takePorts(twice), /OPEN_BCL_CLOUD_PORT と OPEN_BCL_AGENT_PORT が同じ番号/)
  for (const wrong of ['', '0', '65536', 'http'])
    await assert.rejects(takePorts({ ...plan, OPEN_BCL_TLS_PORT: wrong }), /OPEN_BCL_TLS_PORT の値が誤って/)
})
