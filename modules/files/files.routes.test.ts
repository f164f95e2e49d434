import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { deflateSync } from 'node:zlib'
import { createCanvas } from '@napi-rs/canvas'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { openPictureDesk, NotAPicture } from '@open-bcl/platform/pictures.ts'
import { openFile, storeFile, sweepFiles, takeUpload, thumbnailsOf } from './files.actions.ts'
import { putFilePiece } from './files.contract.ts'
import { filesProblems } from './files.messages.ts'
import { PIECE_BYTES, sniff, takenOf, type FileId } from './files.ts'
import { photo } from './testing/photos.ts'

const HIDA = '212172' as MunicipalityCode
const TAKAYAMA = '212032' as MunicipalityCode

describe('files', () => {
  let cloud: TestCloud
  const newId = (): FileId => uuidv7() as FileId
  const store = (bytes: Buffer, fileId = newId(), town = HIDA) =>
    cloud.as(town, (ctx) =>
      storeFile(ctx, cloud.shelf, { fileId, bytes, fileName: '屋根.jpg', accept: 'picture' }),
    )
  const refusal = async (bytes: Buffer): Promise<string> => {
    try {
      await store(bytes)
    } catch (error) {
      if (error instanceof Problem) return error.kind.code
      throw error
    }
    return 'kept'
  }
  const onDisk = async (town = HIDA): Promise<string[]> => {
    const folder = path.join(cloud.spoolFolder, 'files', town)
    const shelves = await readdir(folder).catch(() => [])
    const names = await Promise.all(shelves.map((shelf) => readdir(path.join(folder, shelf))))
    return names.flatMap((list, i) => list.map((name) => path.join(folder, shelves[i]!, name)))
  }

  before(async () => {
    cloud = await testCloud()
    await cloud.onboard(HIDA, '飛騨市')
    await cloud.onboard(TAKAYAMA, '高山市')
  })
  after(() => cloud.close())

  test('a photo comes back byte for byte, lies sealed, and its small picture says nothing but the picture', async () => {
    const bytes = photo({
      width: 2400,
      height: 1800,
      taken: { at: '2026-11-03T09:12:33', latitude: 36.238, longitude: 137.186 },
    })
    const file = await store(bytes)
    assert.equal(file.words.taken.at, '2026-11-03T09:12:33')
    const opened = await cloud.as(HIDA, (ctx) => openFile(ctx, cloud.shelf, file.fileId))
    assert.ok(opened.bytes.equals(bytes))
    assert.equal(opened.mediaType, 'image/jpeg')
    for (const place of await onDisk()) {
      const sealed = await readFile(place)
      assert.ok(!sealed.includes(bytes.subarray(1_000, 1_032)))
      // Not the plain digest: who has a photo cannot ask whether we have it.
      assert.notEqual(path.basename(place), createHash('sha256').update(bytes).digest('hex'))
    }
    const small = await cloud.as(HIDA, (ctx) => thumbnailsOf(ctx, [file.fileId]))
    const jpeg = Buffer.from(small.get(file.fileId)!, 'base64')
    assert.ok(jpeg.length <= 20_000, String(jpeg.length))
    assert.deepEqual(takenOf(jpeg), { at: null, point: null })
    assert.equal(jpeg.includes('Exif'), false)
  })

  test('the same photo under the same number changes nothing; another under it is refused', async () => {
    const fileId = newId()
    const before = (await onDisk()).length
    await store(photo({ seed: 5 }), fileId)
    await store(photo({ seed: 5 }), fileId)
    await store(photo({ seed: 5 }))
    assert.equal((await onDisk()).length, before + 1)
    await assert.rejects(store(photo({ seed: 6 }), fileId), { message: filesProblems.numberTaken.code })
  })

  test('what is no photo is refused, each with its own words, and nothing is kept', async () => {
    const before = (await onDisk()).length
    const jpeg = photo({ seed: 9 })
    const noise = Buffer.concat([jpeg.subarray(0, 700), Buffer.alloc(3_000, 7)])
    const bomb = pngBomb(60_000, 60_000)
    assert.equal(sniff(bomb).kind, 'picture')
    const cases: readonly (readonly [Buffer, string])[] = [
      [Buffer.from('<script>alert(1)</script>'), filesProblems.notAPhoto.code],
      [Buffer.from('MZ\x90\0', 'latin1'), filesProblems.notAPhoto.code],
      [Buffer.from('%PDF-1.7\n'), filesProblems.notAPhoto.code],
      [Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'), filesProblems.heic.code],
      [Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0isommp42', 'latin1'), filesProblems.video.code],
      [jpeg.subarray(0, 200), filesProblems.notAPhoto.code],
      [bomb, filesProblems.tooManyPixels.code],
      [pngBomb(7_000, 7_000).subarray(0, 60), filesProblems.notAPhoto.code],
      [Buffer.alloc(16 * 1024 * 1024, 1), filesProblems.tooLarge.code],
    ]
    for (const [bytes, code] of cases) assert.equal(await refusal(bytes), code)
    // A picture that is cut off in the middle either cannot be drawn, or is kept as far as it goes.
    assert.ok(['kept', filesProblems.notAPhoto.code].includes(await refusal(noise)))
    assert.ok((await onDisk()).length <= before + 1)
  })

  test('a picture that never ends takes its process with it, and the next one is drawn', async () => {
    const desk = openPictureDesk({ timeoutMs: 1 })
    await assert.rejects(
      desk.small(photo({ width: 4_000, height: 3_000 }), { side: 480, mostBytes: 20_000 }),
      NotAPicture,
    )
    await desk.close()
    const calm = openPictureDesk()
    const both = await Promise.allSettled([
      calm.small(Buffer.from('no picture'), { side: 480, mostBytes: 20_000 }),
      calm.small(photo(), { side: 480, mostBytes: 20_000 }),
    ])
    assert.deepEqual(
      both.map((one) => one.status),
      ['rejected', 'fulfilled'],
    )
    await calm.close()
  })

  test('another town finds nothing under the number', async () => {
    const { fileId } = await store(photo({ seed: 21 }))
    await assert.rejects(
      cloud.as(TAKAYAMA, (ctx) => openFile(ctx, cloud.shelf, fileId)),
      { message: filesProblems.notFound.code },
    )
    const small = await cloud.as(TAKAYAMA, (ctx) => thumbnailsOf(ctx, [fileId]))
    assert.equal(small.size, 0)
  })

  test('a file that was altered on the disk is not given out', async () => {
    const before = new Set(await onDisk())
    const { fileId } = await store(photo({ seed: 31 }))
    const place = (await onDisk()).find((one) => !before.has(one))!
    const sealed = await readFile(place)
    sealed[sealed.length - 40]! ^= 1
    await writeFile(place, sealed)
    await assert.rejects(
      cloud.as(HIDA, (ctx) => openFile(ctx, cloud.shelf, fileId)),
      { message: filesProblems.lost.code },
    )
  })

  test('what a rolled-back transaction left is swept after a day, and nothing that a row names', async () => {
    const kept = await store(photo({ seed: 41 }))
    const before = await onDisk()
    await assert.rejects(
      cloud.as(HIDA, async (ctx) => {
        await storeFile(ctx, cloud.shelf, {
          fileId: newId(),
          bytes: photo({ seed: 42 }),
          fileName: '',
          accept: 'picture',
        })
        throw new Error('rolled back')
      }),
      /rolled back/,
    )
    assert.equal((await onDisk()).length, before.length + 1)
    const old = new Date(cloud.clock.getTime() - 3 * 86_400_000)
    for (const place of await onDisk()) await utimes(place, old, old)
    await cloud.as(HIDA, (ctx) => sweepFiles(ctx, cloud.shelf))
    assert.deepEqual((await onDisk()).toSorted(), before.toSorted())
    await cloud.as(HIDA, (ctx) => openFile(ctx, cloud.shelf, kept.fileId))
  })

  test('a large photo comes in pieces, in any number of attempts, and is another person’s to take never', async () => {
    const clerk = await cloud.signIn(HIDA, 'clerk')
    const bytes = photo({ width: 3_000, height: 2_400, seed: 51 })
    const whole = Buffer.concat([bytes, Buffer.alloc(PIECE_BYTES)])
    const uploadId = uuidv7()
    const piece = (offset: number) => ({
      uploadId,
      bytes: whole.length,
      offset,
      base64: whole.subarray(offset, offset + PIECE_BYTES).toString('base64'),
    })
    await clerk.get(putFilePiece, piece(0))
    await clerk.get(putFilePiece, piece(0))
    const other = await cloud.signIn(HIDA, 'reviewer')
    const refused = await other.call(putFilePiece, piece(PIECE_BYTES))
    assert.equal(refused.status, 404)
    const early = await clerk.call(putFilePiece, piece(2 * PIECE_BYTES))
    assert.equal(early.status, early.ok ? 200 : 409)
    for (let at = PIECE_BYTES; at < whole.length; at += PIECE_BYTES) await clerk.get(putFilePiece, piece(at))
    await assert.rejects(
      cloud.as(HIDA, (ctx) => takeUpload(ctx, cloud.shelf, uploadId)),
      { message: filesProblems.uploadNotFound.code },
    )
    const viewer = await cloud.signIn(HIDA, 'viewer')
    assert.equal((await viewer.call(putFilePiece, piece(0))).status, 403)
  })
})

/** A PNG of a few hundred bytes that says it is so large. */
function pngBomb(width: number, height: number): Buffer {
  const png = createCanvas(1, 1).toBuffer('image/png')
  const bomb = Buffer.concat([png, deflateSync(Buffer.alloc(1_000))])
  bomb.writeUInt32BE(width, 16)
  bomb.writeUInt32BE(height, 20)
  return bomb
}
