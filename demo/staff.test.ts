import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRole } from '@open-bcl/modules/access/roles.ts'
import { demoDisasters } from './disasters.ts'
import { demoPlaces } from './places.ts'
import { demoStaff } from './staff.ts'

test('each town has one sign-in for each post, with a role that exists', () => {
  assert.equal(demoStaff.length, 18)
  assert.equal(new Set(demoStaff.map((staff) => `${staff.municipalityCode}/${staff.loginId}`)).size, 18)
  assert.equal(new Set(demoStaff.map((staff) => staff.name)).size, 18)
  for (const staff of demoStaff) {
    assert.ok(staff.roles.length > 0 && staff.roles.every(isRole))
    assert.match(staff.password, /^DEMO-only-/)
  }
})

test('the disasters struck real 町字 of the town and ended no earlier than they began', () => {
  const names = new Set(demoPlaces('212172').map((place) => place.name))
  assert.deepEqual(demoDisasters.map((disaster) => disaster.kind).toSorted(), ['地震', '水害'])
  for (const disaster of demoDisasters) {
    assert.ok(disaster.startedOn <= disaster.endedOn)
    for (const town of disaster.struckTowns) assert.ok(names.has(town), town)
  }
})
