import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cupsPrinters, type Run } from './printer.ts'

/** Answers of the print service, as CUPS 2.4 writes them; `waiting` = how many looks the job stays in the queue. */
function service(waiting: number, state = 'printer kiosk now printing kiosk-17.\n\tAlerts: none\n') {
  const ran: string[] = []
  let looks = 0
  const run: Run = async (program, args, input) => {
    ran.push([program, ...args].join(' '))
    if (program === 'lp') {
      assert.equal(Buffer.from(input!).toString(), '%PDF-1.7')
      return 'request id is kiosk-17 (1 file(s))\n'
    }
    if (program === 'cancel') return ''
    if (args.includes('-o')) {
      looks += 1
      return looks <= waiting
        ? 'kiosk-16  root  1024  Sat\nkiosk-17  root  1024  Sat\n'
        : 'kiosk-16  root  1024  Sat\n'
    }
    return state
  }
  return { ran, printers: cupsPrinters(new Map([['certificate', 'kiosk']]), run) }
}
const pdf = Buffer.from('%PDF-1.7')

test('a paper is out when its job has left the queue', async () => {
  const { ran, printers } = service(1)
  assert.equal(await printers.print('certificate', pdf, 'one-sided'), 'printed')
  assert.equal(ran[0], 'lp -d kiosk -o sides=one-sided -t document -')
  assert.ok(!ran.some((line) => line.startsWith('cancel')))
  assert.equal(await printers.print('certificate', pdf, 'two-sided-long-edge'), 'printed')
  assert.ok(ran.includes('lp -d kiosk -o sides=two-sided-long-edge -t document -'))
})

test('a paper that does not come is taken out of the queue, lest the next person finds it', async () => {
  for (const reason of ['media-empty-error', 'media-jam-error', 'door-open-error', 'paused']) {
    const { ran, printers } = service(99, `printer kiosk now printing kiosk-17.\n\tAlerts: ${reason}\n`)
    assert.equal(await printers.print('certificate', pdf, 'one-sided'), 'failed', reason)
    assert.equal(ran.at(-1), 'cancel -x kiosk-17')
  }
})

test('a tray nobody set up, or a service that is not there, prints nothing', async () => {
  const { printers } = service(0)
  assert.equal(await printers.print('slip', pdf, 'one-sided'), 'failed')
  const away = cupsPrinters(new Map([['certificate', 'kiosk']]), () => Promise.reject(new Error('ENOENT')))
  await assert.rejects(away.print('certificate', pdf, 'one-sided'))
})
