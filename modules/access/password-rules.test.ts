import assert from 'node:assert/strict'
import { test } from 'node:test'
import { passwordFault } from './password-rules.ts'

const fault = (password: string) =>
  passwordFault(password, { loginId: 'hanako', current: 'now it is this one' })

test('what everybody tries first is refused, however it is dressed up', () => {
  for (const password of [
    ...[
      'password1234',
      'Password123!',
      'P@ssw0rd2026',
      'passwordpassword',
      '!!!sakura2026!!',
      'administrator1',
    ],
    ...['123456789012', 'aaaaaaaaaaaa', 'abcabcabcabc', 'qwertyuiop123', '1qaz2wsx3edc', 'zyxwvutsrqponm'],
    ...['ｐａｓｓｗｏｒｄ１２３４', '212172212172', 'bousai-2026-11'],
  ])
    assert.equal(fault(password), 'common', password)
})

test('length, the own ID and the present one', () => {
  assert.equal(fault('short words'), 'short')
  assert.equal(fault('I am HANAKO here'), 'own-name')
  assert.equal(fault('now it is this one'), 'same')
})

test('unrelated words, characters of any kind and a long random one are taken', () => {
  for (const password of [
    ...['correct horse battery', 'another password entirely', '川の向こうに静かな雨が降る朝', 'k7#mQ2vT9!xZ'],
    ...['password of the green bicycle', 'tulip-anchor-88-violin'],
  ])
    assert.equal(fault(password), null, password)
})
