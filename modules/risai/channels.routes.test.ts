import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { ResidentNo } from '@open-bcl/core/brand.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { addNonResident } from '../ledger/ledger.contract.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import { risaiCertificateKind } from './certificate.actions.ts'
import { risaiBatchSource } from './posting.actions.ts'
import { acceptApplication } from './risai.contract.ts'
import { openDesk, seen, type Form, type RisaiDesk } from './testing/desk.ts'

/** The rows of `docs/interfaces/risai-channels.md`: by which ways each of those entitled gets the certificate. */
describe('罹災証明書の受取：事例 × コンビニ・窓口・郵送', () => {
  let cloud: TestCloud
  let desk: RisaiDesk
  before(async () => {
    cloud = await testCloud()
    desk = await openDesk(cloud)
  })
  after(() => cloud.close())

  /** Whether each way is open for a certificate; `holder` is who comes with a card, `null` = has none of this town. */
  async function ways(certificateId: string, holder: string | null) {
    return await cloud.as(desk.town, async (ctx) => {
      const own = holder === null ? [] : await risaiCertificateKind.subjects(ctx, holder as ResidentNo)
      const blocked = async (channel: 'kiosk' | 'counter') =>
        (await risaiCertificateKind.blocks(ctx, certificateId, channel, null)).length > 0
      const listed = await risaiBatchSource.candidates(ctx, desk.disasterId as DisasterId)
      const posted = listed.find(({ subjectId }) => subjectId === certificateId)
      return {
        kiosk: own.some(({ subjectId }) => subjectId === certificateId) && !(await blocked('kiosk')),
        counter: !(await blocked('counter')),
        post: posted !== undefined && !posted.suppressed,
      }
    })
  }
  const everyWay = { kiosk: true, counter: true, post: true }
  const withoutCard = { kiosk: false, counter: true, post: true }
  const none = { kiosk: false, counter: false, post: false }
  const person = (name: string, over: Partial<Form['applicant']> = {}): Form['applicant'] => ({
    ...{ name, kana: '', address: '岐阜県高山市花岡町2丁目18番地', birthOn: null, phone: '', email: '' },
    ...{ contactPlace: '', relationToHead: 'head', ...over },
  })

  test('residents: applicant, head and members of 15 or more', async () => {
    const { certificateId } = await desk.issuable('R-2')
    assert.deepEqual(await ways(certificateId!, '1'), everyWay)
    assert.deepEqual(await ways(certificateId!, '2'), everyWay)
    assert.deepEqual(await ways(certificateId!, '5'), withoutCard)
  })

  test('heirs: by their own card, if they are of the register; the dead head’s card opens nothing for them', async () => {
    const form = await desk.formOf('R-2')
    const { certificateId } = await desk.issuable('R-2', {
      applicant: { ...form.applicant, relationToHead: 'heir' },
      proofs: ['inheritance'],
    })
    assert.deepEqual(await ways(certificateId!, '2'), everyWay)
    assert.deepEqual(await ways(certificateId!, null), withoutCard)
  })

  test('住登外者, and owners who live elsewhere: at the counter and by post', async () => {
    const other = await desk.clerk.get(addNonResident, {
      ...{
        disasterId: desk.disasterId,
        name: '遠田　実',
        kana: 'トオダ　ミノル',
        birthOn: null,
        birthText: null,
      },
      ...{
        sex: '1',
        address: '岐阜県高山市花岡町2丁目18番地',
        phone: '',
        reason: '賃貸借契約書',
        suppressed: false,
      },
    })
    const lived = await desk.issuable(other.personRef, {
      applicant: person('遠田　実'),
      head: { residentNo: null, name: '遠田　実', kana: '', address: '岐阜県高山市花岡町2丁目18番地' },
      ...{ dwellingAddress: '飛騨市古川町若宮1-1', occupancy: 'unregistered', proofs: ['occupancy'] },
    })
    assert.deepEqual(await ways(lived.certificateId!, null), withoutCard)
    const owner = await desk.issuable(other.personRef, {
      applicant: person('遠田　実', { relationToHead: 'owner' }),
      head: { residentNo: null, name: '借手　一', kana: '', address: '飛騨市古川町若宮1-2' },
      ...{ dwellingAddress: '飛騨市古川町若宮1-2', occupancy: 'not-living', proofs: ['ownership'] },
    })
    assert.deepEqual(await ways(owner.certificateId!, null), withoutCard)
  })

  test('by proxy: the victim’s own card or the letter; whoever is sent has no card for it', async () => {
    const form = await desk.formOf('R-2')
    const proxied = {
      ...{ applicant: { ...form.applicant, relationToHead: 'proxy' as const }, mandate: '申請と受取の一切' },
      // The proxy is 太郎, for 隣の家 whose people are not of his household.
      ...{
        head: { residentNo: null, name: '借手　一', kana: '', address: '飛騨市古川町若宮1-3' },
        members: [],
      },
      dwellingAddress: '飛騨市古川町若宮1-3',
    }
    const received = await desk.receive('R-2', proxied)
    const refused = await desk.clerk.call(acceptApplication, seen(received))
    assert.ok(!refused.ok)
    assert.equal(refused.problem.type, '/problems/risai/proofs-missing')
    const { certificateId } = await desk.issuable('R-2', { ...proxied, proofs: ['mandate'] })
    // Nobody else of the proxy's household may have it by a card of theirs.
    assert.deepEqual(await ways(certificateId!, '1'), withoutCard)
    assert.deepEqual(await ways(certificateId!, null), withoutCard)
  })

  test('protected people: by no way that anybody may press; dealt with one by one', async () => {
    const place = '秘密町九番地'
    const form = await desk.formOf('R-3')
    const { certificateId } = await desk.issuable('R-3', {
      applicant: { ...form.applicant, address: place },
      head: { ...form.head, address: place },
      dwellingAddress: place,
    })
    assert.deepEqual(await ways(certificateId!, '3'), none)
  })

  // Last, since it changes the register for the others.
  test('moved away since: the town still certifies, as long as the card is known here', async () => {
    const { certificateId } = await desk.issuable('R-2')
    await desk.change('2', { state: 'moved-out' })
    assert.deepEqual(await ways(certificateId!, '2'), everyWay)
  })
})
