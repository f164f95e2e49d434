import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MAP_HEIGHT, MAP_WIDTH, moved, scaleBar, toPicture, toPlace, viewOf, zoomed } from './view.ts'

const hida = [
  { latitude: 36.05, longitude: 136.95 },
  { latitude: 36.48, longitude: 137.45 },
]

test('a place goes to the picture and comes back the same', () => {
  const view = viewOf(hida)
  for (const place of hida) {
    const { x, y } = toPicture(view, place)
    assert.ok(x > 0 && x < MAP_WIDTH && y > 0 && y < MAP_HEIGHT)
    const back = toPlace(view, x, y)
    assert.ok(Math.abs(back.latitude - place.latitude) < 1e-9)
    assert.ok(Math.abs(back.longitude - place.longitude) < 1e-9)
  }
})

test('north is up, east is right, and zooming keeps the middle', () => {
  const view = viewOf(hida)
  const [south, north] = hida.map((place) => toPicture(view, place))
  assert.ok(north!.y < south!.y && north!.x > south!.x)
  const nearer = zoomed(view, 4)
  assert.deepEqual(
    toPlace(nearer, MAP_WIDTH / 2, MAP_HEIGHT / 2),
    toPlace(view, MAP_WIDTH / 2, MAP_HEIGHT / 2),
  )
  assert.ok(moved(view, 10, 0).longitude > view.longitude)
  assert.ok(moved(view, 0, 10).latitude < view.latitude)
})

test('one place, none, and a zoom without end are shown all the same', () => {
  assert.ok(Number.isFinite(viewOf([hida[0]!]).scale))
  assert.ok(Number.isFinite(viewOf([]).scale))
  let view = viewOf(hida)
  for (let i = 0; i < 100; i++) view = zoomed(view, 2)
  assert.ok(scaleBar(view).metres >= 1)
  for (let i = 0; i < 200; i++) view = zoomed(view, 0.5)
  assert.ok(scaleBar(view).width <= MAP_WIDTH / 4)
})
